import { IconChevronRight, IconGripVertical } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StepIcon } from '@/canvas/step-icon';
import { type JsonSchema, nodeByKey } from '@/core/graph/document';
import { pathSource, type Source } from '@/core/graph/mapping';
import { propertiesOf } from '@/core/graph/schema';
import type { ScopeName } from '@/core/graph/scope';
import { dragHandle } from './drag-state';
import { graphOf, useEditor, useEditorWorld } from './editor-store';
import classes from './value-tree.module.css';

export interface ValueTreeProps {
  names: ScopeName[];
  /** Real values of the last run by name, where there are any. */
  values: Readonly<Record<string, unknown>>;
  /** A click on a value; without it values can only be dragged. */
  onPick?(source: Source): void;
  /** Values to look at, not to use. */
  plain?: boolean;
}

/** What earlier steps give, by step: fields with the values of the last run, to be chosen or dragged. */
export function ValueTree({ names, values, onPick, plain = false }: ValueTreeProps) {
  const { t } = useTranslation();
  if (onPick && names.every((one) => one.kind === 'run'))
    return <p className={classes.none}>{t('editor.data.nothingBefore')}</p>;
  return (
    <ul className={classes.tree}>
      {names.map((one) => (
        <NameBranch key={one.name} name={one} value={values[one.name]} onPick={onPick} plain={plain} />
      ))}
    </ul>
  );
}

interface NameBranchProps {
  name: ScopeName;
  value: unknown;
  onPick: ((source: Source) => void) | undefined;
  plain: boolean;
}

function NameBranch({ name, value, onPick, plain }: NameBranchProps) {
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
      plain={plain}
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
  onPick: ((source: Source) => void) | undefined;
  plain: boolean;
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

function Branch({ path, label, icon, schema, value, startOpen, onPick, plain }: BranchProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(startOpen);
  const children = childrenOf(schema, value);
  const source = pathSource(path, value, schema);
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
          title={plain ? undefined : source.formula}
          {...(plain ? {} : dragHandle(source))}
          onClick={() => (onPick ? onPick(source) : setOpen(!open))}
        >
          {icon && <StepIcon icon={icon} size={15} />}
          <span className={classes.label} dir="auto">
            {label}
          </span>
          <span className={classes.sample} dir="auto">
            {sampleOf(value, schema, t)}
          </span>
          {!onPick && !plain && <IconGripVertical size={13} className={classes.grip} />}
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
              plain={plain}
            />
          ))}
        </ul>
      )}
    </li>
  );
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'array'] as const;

/** A short look at the value, or what kind of value it will be. */
function sampleOf(value: unknown, schema: JsonSchema, t: TFunction): string {
  if (value === undefined) {
    const type = TYPES.find((one) => one === schema.type);
    return type ? t(`editor.data.type.${type}`) : '';
  }
  if (value === null) return '–';
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'object') return '';
  return String(value).slice(0, 80);
}
