import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ValueTable } from '@/ui/value-table';

type Schema = Record<string, unknown>;

/** What something takes or gives: its fields by name, from a JSON Schema or from a plain list of kinds. */
export function Shape({ schema, caption }: { schema: Schema; caption: string }) {
  const { t } = useTranslation();
  const fields = fieldsOf(schema);
  if (Object.keys(fields).length === 0) return <Text c="dimmed">{t('assets.version.nothing')}</Text>;
  return <ValueTable value={fields} caption={caption} />;
}

/** Names with their kind and what is said of them: {"amount": "number, what is to be paid"}. */
export function fieldsOf(schema: Schema): Record<string, unknown> {
  const properties = record(schema.properties);
  if (!properties) return schema.type === 'object' && Array.isArray(schema.required) ? named(schema.required) : schema;
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, wordsOf(field)]));
}

function wordsOf(field: unknown): unknown {
  const known = record(field);
  if (!known) return field;
  const inside = record(known.properties);
  if (inside) return fieldsOf(known);
  const kind = Array.isArray(known.enum) ? known.enum.join(' | ') : String(known.type ?? '');
  return [kind, known.description].filter(Boolean).join(', ') || known;
}

function named(names: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [String(name), '']));
}

function record(value: unknown): Schema | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : null;
}
