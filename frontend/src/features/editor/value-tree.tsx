import { IconChevronRight, IconGripVertical } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StepIcon } from '@/canvas/step-icon';
import { type JsonSchema, nodeByKey } from '@/core/graph/document';
import { pathFormula } from '@/core/graph/formulas';
import { propertiesOf } from '@/core/graph/schema';
import type { ScopeName } from '@/core/graph/scope';
import { graphOf, useEditor, useEditorWorld } from './editor-store';
import { FORMULA_DRAG } from './form/form-context';
import classes from './value-tree.module.css';

export interface ValueTreeProps {
  names: ScopeName[];
  /** Real values of the last run by name, where there are any. */
  values: Record<string, unknown>;
  /** A click on a value; without it values can only be dragged. */
  onPick?(formula: string): void;
}

/** What earlier steps give, by step: fields with the values of the last run, to be chosen or dragged. */
export function ValueTree({ names, values, onPick }: ValueTreeProps) {
  const { t } = useTranslation();
  if (names.every((one) => one.kind === 'run')) return <p className={classes.none}>{t('editor.data.nothingBefore')}</p>;
  return (
    <ul className={classes.tree}>
      {names.map((one) => (
        <NameBranch key={one.name} name={one} value={values[one.name]} onPick={onPick} />
      ))}
    </ul>
  );
}

interface NameBranchProps {
  name: ScopeName;
  value: unknown;
  onPick: ((formula: string) => void) | undefined;
}

function NameBranch({ name, value, onPick }: NameBranchProps) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const node = useEditor((state) => nodeByKey(graphOf(state), name.node));
  const special = name.kind === 'step' || name.kind === 'trigger' ? null : t(`editor.scope.${name.kind}`);
  return (
    <Branch
      path={[name.name]}
      label={special ?? name.label}
      icon={node ? nodeTypes.get(node.type)?.icon : undefined}
      schema={name.schema}
      value={value}
      startOpen={name.kind !== 'run'}
      onPick={onPick}
    />
  );
}

interface BranchProps {
  path: (string | number)[];
  label: string;
  icon?: string | undefined;
  schema: JsonSchema;
  value: unknown;
  startOpen: boolean;
  onPick: ((formula: string) => void) | undefined;
}

const MOST_ROWS = 20;

function childrenOf(
  schema: JsonSchema,
  value: unknown,
): { step: string | number; label: string; schema: JsonSchema; value: unknown }[] {
  if (Array.isArray(value)) {
    const items = (schema.items as JsonSchema) ?? {};
    return value
      .slice(0, MOST_ROWS)
      .map((one, index) => ({ step: index, label: `${index + 1}`, schema: items, value: one }));
  }
  const known = new Map(propertiesOf(schema));
  const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return [...new Set([...known.keys(), ...Object.keys(given)])].map((key) => {
    const property = known.get(key) ?? {};
    return { step: key, label: key.replaceAll('_', ' '), schema: property, value: given[key] };
  });
}

function Branch({ path, label, icon, schema, value, startOpen, onPick }: BranchProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(startOpen);
  const children = childrenOf(schema, value);
  const formula = pathFormula(path);
  const top = path.length === 1;
  const inner = children.length > 0 && path.length < 6;
  return (
    <li>
      <div className={classes.row} data-top={top || undefined}>
        {inner ? (
          <button
            type="button"
            className={classes.twist}
            aria-expanded={open}
            aria-label={t(open ? 'editor.data.fold' : 'editor.data.unfold', { label })}
            onClick={() => setOpen(!open)}
          >
            <IconChevronRight size={14} data-open={open || undefined} />
          </button>
        ) : (
          <span className={classes.twist} />
        )}
        <button
          type="button"
          className={classes.value}
          draggable
          title={formula}
          onDragStart={(event) => {
            event.dataTransfer.setData(FORMULA_DRAG, formula);
            event.dataTransfer.setData('text/plain', formula);
            event.dataTransfer.effectAllowed = 'copy';
          }}
          onClick={() => (onPick ? onPick(formula) : setOpen(!open))}
        >
          {icon && <StepIcon icon={icon} size={15} />}
          <span className={classes.label}>{label}</span>
          <span className={classes.sample}>{sampleOf(value, schema)}</span>
          {!onPick && <IconGripVertical size={13} className={classes.grip} />}
        </button>
      </div>
      {inner && open && (
        <ul>
          {children.map((child) => (
            <Branch
              key={child.step}
              path={[...path, child.step]}
              label={child.label}
              schema={child.schema}
              value={child.value}
              startOpen={false}
              onPick={onPick}
            />
          ))}
        </ul>
      )}
    </li>
  );
}

function sampleOf(value: unknown, schema: JsonSchema): string {
  if (value === undefined) return typeof schema.type === 'string' && schema.type !== 'object' ? schema.type : '';
  if (value === null) return '–';
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'object') return '';
  return String(value).slice(0, 80);
}
