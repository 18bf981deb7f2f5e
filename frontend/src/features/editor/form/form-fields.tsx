import { ActionIcon, Button, MultiSelect, TagsInput, TextInput } from '@mantine/core';
import getDefaultRegistry from '@rjsf/core/lib/getDefaultRegistry.js';
import type { FieldProps, RegistryFieldsType } from '@rjsf/utils';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JsonSchema } from '@/core/graph/document';
import { convert, kindOf, type ValueKind } from '@/core/graph/formulas';
import { StepsField, WeekdaysField } from './choice-widgets';
import { described } from './described';
import { FieldFrame } from './field-frame';
import { drawnBy, isRecord, itemsOf, kindsOf } from './field-kind';
import classes from './form.module.css';
import { useForm } from './form-context';
import { wordsOf } from './form-widgets';
import { ArgumentsField, InputsField } from './inputs-field';
import { MappedValue } from './mapped-field';
import { QuestionsField } from './questions-field';

const RjsfField = getDefaultRegistry().fields.SchemaField as React.ComponentType<FieldProps>;

/** Every setting passes here: a mapped value is drawn as one, a fixed value by the part that fits its shape. */
function SettingField(props: FieldProps) {
  const { formData, fieldPathId, onChange, required, name } = props;
  const schema = props.schema as JsonSchema;
  if (fieldPathId.path.length === 0 || (isRecord(schema) && kindOf(formData) === 'fixed'))
    return <RjsfField {...props} />;
  const kind = kindOf(formData);
  const [natural] = kindsOf(schema);
  const shown = kind === 'fixed' && formData === undefined ? natural : kind;
  if (schema['x-widget'] === 'inputs') return <InputsField field={props} plain={<RjsfField {...props} />} />;
  if (schema['x-widget'] === 'arguments') return <ArgumentsField field={props} plain={<RjsfField {...props} />} />;
  if (shown === 'fixed' || shown === undefined) {
    return <RjsfField {...props} uiSchema={{ ...props.uiSchema, ...drawnBy(schema) }} />;
  }
  const id = fieldPathId.$id;
  const set = (value: unknown) => onChange(value, fieldPathId.path);
  return (
    <FieldFrame
      id={id}
      label={String(schema.title ?? name)}
      description={schema.description as string | undefined}
      required={required ?? false}
      schema={schema}
      path={fieldPathId.path}
      value={kind === 'fixed' ? convert(formData, shown) : formData}
      onChange={set}
    >
      <MappedValue id={id} kind={shown} value={formData} onChange={set} />
    </FieldFrame>
  );
}

function WordsField({ formData, onChange, fieldPathId, schema, readonly }: FieldProps) {
  const { t } = useTranslation();
  const items = itemsOf(schema as JsonSchema);
  const preset = (schema as Record<string, unknown>)['x-default'];
  const value = ((formData ?? preset ?? []) as unknown[]).map(String);
  const inner = {
    id: fieldPathId.$id,
    disabled: Boolean(readonly),
    value,
    ...described(fieldPathId.$id),
    onChange: (next: string[]) => onChange(next, fieldPathId.path),
  };
  if (Array.isArray(items.enum)) {
    return (
      <MultiSelect {...inner} data={items.enum.map((one) => ({ value: String(one), label: wordsOf(String(one)) }))} />
    );
  }
  return <TagsInput {...inner} placeholder={t('editor.form.addWord')} />;
}

type MapRow = { id: number; name: string; value: unknown };

let rows = 0;
const newRow = (name: string, value: unknown): MapRow => {
  rows += 1;
  return { id: rows, name, value };
};

/** Names and values, one row each; each value is fixed or mapped. */
function MapField({ formData, onChange, fieldPathId }: FieldProps) {
  const { t } = useTranslation();
  const { readOnly } = useForm();
  const base = useId();
  const [list, setList] = useState<MapRow[]>(() =>
    Object.entries((formData ?? {}) as Record<string, unknown>).map(([name, value]) => newRow(name, value)),
  );
  const write = (next: MapRow[]) => {
    setList(next);
    onChange(
      Object.fromEntries(next.filter((row) => row.name !== '').map((row) => [row.name, row.value ?? ''])),
      fieldPathId.path,
    );
  };
  const change = (id: number, part: Partial<MapRow>) =>
    write(list.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <div className={classes.list} id={fieldPathId.$id}>
      {list.map((row) => (
        <div key={row.id} className={classes.mapRow}>
          <TextInput
            aria-label={t('editor.form.mapName')}
            placeholder={t('editor.form.mapName')}
            value={row.name}
            disabled={readOnly}
            onChange={(event) => change(row.id, { name: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mt={3}
            aria-label={t('editor.form.remove', { name: row.name })}
            onClick={() => write(list.filter((one) => one.id !== row.id))}
          >
            <IconX size={16} />
          </ActionIcon>
          <MapValue
            id={`${base}${row.id}`}
            value={row.value}
            path={[...fieldPathId.path, row.name]}
            onChange={(value) => change(row.id, { value })}
          />
        </div>
      ))}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlus size={14} />}
        w="fit-content"
        disabled={readOnly}
        onClick={() => setList([...list, newRow('', { $expr: '' })])}
      >
        {t('editor.form.addValue')}
      </Button>
    </div>
  );
}

interface MapValueProps {
  id: string;
  value: unknown;
  path: (string | number)[];
  onChange(value: unknown): void;
}

const MAP_VALUE: JsonSchema = { type: 'string' };

function MapValue({ id, value, path, onChange }: MapValueProps) {
  const { t } = useTranslation();
  const kind: ValueKind = kindOf(value);
  return (
    <FieldFrame
      id={id}
      label={t('editor.form.mapValue')}
      required={false}
      schema={MAP_VALUE}
      path={path}
      value={value}
      onChange={onChange}
    >
      {kind === 'fixed' ? (
        <TextInput
          id={id}
          value={value === undefined ? '' : String(value)}
          onChange={(event) => onChange(readLiteral(event.currentTarget.value))}
        />
      ) : (
        <MappedValue id={id} kind={kind} value={value} onChange={onChange} />
      )}
    </FieldFrame>
  );
}

/** What a person types as a fixed value: a number where it reads as one, else text. */
function readLiteral(text: string): string | number {
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}

export const FORM_FIELDS: RegistryFieldsType = {
  SchemaField: SettingField as RegistryFieldsType['SchemaField'],
  WordsField,
  MapField,
  WeekdaysField: WeekdaysField as RegistryFieldsType['WeekdaysField'],
  QuestionsField: QuestionsField as RegistryFieldsType['QuestionsField'],
  StepsField: StepsField as RegistryFieldsType['StepsField'],
};
