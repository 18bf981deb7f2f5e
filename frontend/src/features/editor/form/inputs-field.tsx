import { Button, NumberInput, Switch, Textarea, TextInput } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { IconArrowsRight, IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAssetVersion } from '@/api/asset-versions';
import { useAssets } from '@/api/assets';
import { useVersion, useWorkflow } from '@/api/workflows';
import { type Mapped, mapByName, type Target, targetSchema, targetsIn, targetsOf } from '@/core/graph/column-map';
import { type JsonSchema, nodeByKey, readGraph } from '@/core/graph/document';
import { kindOf } from '@/core/graph/formulas';
import { graphOf, useEditor } from '../editor-store';
import { described } from './described';
import { FieldFrame } from './field-frame';
import classes from './form.module.css';
import { useForm } from './form-context';
import { MappedValue } from './mapped-field';

interface InputsFieldProps {
  field: FieldProps;
  /** How the list is drawn where nobody knows what is asked for. */
  plain: ReactNode;
}

/** What a tool asks for, by the description of its live version. */
export function ArgumentsField({ field, plain }: InputsFieldProps) {
  const { step } = useForm();
  const chosen = useEditor((state) => nodeByKey(graphOf(state), step)?.config.tool);
  const name = typeof chosen === 'string' ? chosen.split('@')[0] : '';
  const tools = useAssets({ kind: 'tool' });
  const live = tools.rows.find((one) => one.name === name)?.live;
  const version = useAssetVersion(live?.id);
  const targets = version.data ? targetsIn(version.data.inputs) : null;
  return targets && targets.length > 0 ? <Mapper field={field} targets={targets} /> : plain;
}

/** What another workflow asks for, field by field, with its type and whether it must be answered. */
export function InputsField({ field, plain }: InputsFieldProps) {
  const { step } = useForm();
  const chosen = useEditor((state) => nodeByKey(graphOf(state), step)?.config.workflow);
  return typeof chosen === 'string' && chosen !== '' ? <Asked field={field} plain={plain} workflow={chosen} /> : plain;
}

function Asked({ field, plain, workflow }: InputsFieldProps & { workflow: string }) {
  const { data } = useWorkflow(workflow);
  const version = useVersion(data?.live_version?.id ?? null);
  const targets = version.data ? targetsOf(readGraph(version.data.graph)) : null;
  return targets && targets.length > 0 ? <Mapper field={field} targets={targets} /> : plain;
}

function Mapper({ field, targets }: { field: FieldProps; targets: Target[] }) {
  const { t } = useTranslation();
  const { names, values, readOnly } = useForm();
  const { path, $id } = field.fieldPathId;
  const mapped = (Array.isArray(field.formData) ? field.formData : []) as Mapped[];
  const write = (next: Mapped[]) => field.onChange(next, path);
  const set = (name: string, value: unknown) => {
    const others = mapped.some((one) => one.name === name)
      ? mapped.map((one) => (one.name === name ? { name, value } : one))
      : [...mapped, { name, value }];
    write(others.filter((one) => one.value !== undefined));
  };
  const byName = mapByName(targets, mapped, names, values);
  const unasked = mapped.filter((one) => !targets.some((target) => target.key === one.name));
  return (
    <FieldFrame
      id={$id}
      label={String(field.schema.title ?? field.name)}
      description={field.schema.description}
      required={false}
      schema={field.schema as JsonSchema}
      path={path}
      value={field.formData}
      onChange={(value) => field.onChange(value, path)}
    >
      <section className={classes.list} id={$id} aria-label={t('editor.mapper.title')}>
        {!readOnly && (
          <Button
            size="compact-sm"
            variant="light"
            w="fit-content"
            leftSection={<IconArrowsRight size={14} aria-hidden />}
            disabled={byName.length === mapped.length}
            onClick={() => write(byName)}
          >
            {t('editor.mapper.byName')}
          </Button>
        )}
        {targets.map((target) => {
          const at = mapped.findIndex((one) => one.name === target.key);
          return (
            <TargetField
              key={target.key}
              id={`${$id}-${target.key}`}
              target={target}
              path={[...path, at < 0 ? targets.length : at, 'value']}
              value={mapped[at]?.value}
              onChange={(value) => set(target.key, value)}
            />
          );
        })}
        {unasked.map((one) => (
          <div key={one.name} className={classes.unasked}>
            <span>{t('editor.mapper.unasked', { name: one.name })}</span>
            {!readOnly && (
              <Button
                size="compact-xs"
                variant="subtle"
                color="gray"
                leftSection={<IconX size={13} aria-hidden />}
                onClick={() => write(mapped.filter((other) => other !== one))}
              >
                {t('editor.form.remove', { name: one.name })}
              </Button>
            )}
          </div>
        ))}
      </section>
    </FieldFrame>
  );
}

interface TargetFieldProps {
  id: string;
  target: Target;
  path: (string | number)[];
  value: unknown;
  onChange(value: unknown): void;
}

function TargetField({ id, target, path, value, onChange }: TargetFieldProps) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  const kind = value === undefined ? 'fixed' : kindOf(value);
  return (
    <FieldFrame
      id={id}
      label={target.label}
      description={[t(`editor.mapper.type.${target.type}`), target.help].filter(Boolean).join(' · ')}
      required={target.required}
      schema={targetSchema(target)}
      path={path}
      value={value}
      always
      onChange={onChange}
    >
      {kind === 'fixed' ? (
        <FixedInput id={id} target={target} value={value} disabled={readOnly} onChange={onChange} />
      ) : (
        <MappedValue id={id} kind={kind} value={value} onChange={onChange} />
      )}
    </FieldFrame>
  );
}

interface FixedInputProps {
  id: string;
  target: Target;
  value: unknown;
  disabled: boolean;
  onChange(value: unknown): void;
}

function FixedInput({ id, target, value, disabled, onChange }: FixedInputProps) {
  const { t } = useTranslation();
  const shared = { id, disabled, ...described(id), 'aria-required': target.required };
  if (target.type === 'number') {
    return (
      <NumberInput
        {...shared}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
      />
    );
  }
  if (target.type === 'switch') {
    return (
      <Switch
        {...shared}
        checked={value === true}
        label={t(value === true ? 'editor.form.on' : 'editor.form.off')}
        aria-labelledby={`${id}__label`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (target.type === 'data') return <DataInput shared={shared} value={value} onChange={onChange} />;
  return (
    <TextInput
      {...shared}
      type={target.type === 'date' ? 'date' : 'text'}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

interface DataInputProps {
  shared: { id: string; disabled: boolean };
  value: unknown;
  onChange(value: unknown): void;
}

/** Groups and lists, written down as JSON. */
function DataInput({ shared, value, onChange }: DataInputProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const [wrong, setWrong] = useState(false);
  return (
    <Textarea
      {...shared}
      autosize
      minRows={2}
      maxRows={10}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      value={text}
      error={wrong ? t('editor.form.notJson') : undefined}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        try {
          onChange(next.trim() === '' ? undefined : JSON.parse(next));
          setWrong(false);
        } catch {
          setWrong(true);
        }
      }}
    />
  );
}
