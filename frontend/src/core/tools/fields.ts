/** What a tool asks for or an agent gives, as rows of a form and as the JSON Schema that is kept of them. */

export const FIELD_KINDS = ['text', 'number', 'whole', 'switch', 'date', 'choice', 'texts', 'record'] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

export interface SchemaField {
  name: string;
  kind: FieldKind;
  required: boolean;
  description: string;
  /** Of a choice. */
  choices: string[];
}

export interface ObjectSchema {
  type: 'object';
  properties: Record<string, Record<string, unknown>>;
  required: string[];
  additionalProperties: boolean;
}

export const NEW_FIELD: SchemaField = { name: '', kind: 'text', required: true, description: '', choices: [] };

const PARTS: Record<FieldKind, Record<string, unknown>> = {
  text: { type: 'string' },
  number: { type: 'number' },
  whole: { type: 'integer' },
  switch: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  choice: { type: 'string' },
  texts: { type: 'array', items: { type: 'string' } },
  record: { type: 'object' },
};

export function schemaOf(fields: readonly SchemaField[]): ObjectSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, part(field)])),
    required: fields.filter((field) => field.required).map((field) => field.name),
    additionalProperties: false,
  };
}

function part({ kind, description, choices }: SchemaField): Record<string, unknown> {
  return {
    ...PARTS[kind],
    ...(kind === 'choice' ? { enum: choices } : {}),
    ...(description.trim() ? { description: description.trim() } : {}),
  };
}

/** The rows that make this very schema; null where rows cannot say all of it. */
export function fieldsOf(schema: unknown): SchemaField[] | null {
  if (!isRecord(schema) || !isRecord(schema.properties)) return null;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const fields = Object.entries(schema.properties).map(([name, one]) => fieldOf(name, one, required.includes(name)));
  if (fields.includes(null)) return null;
  const found = fields as SchemaField[];
  return same(schemaOf(found), schema) ? found : null;
}

function fieldOf(name: string, schema: unknown, required: boolean): SchemaField | null {
  if (!isRecord(schema)) return null;
  const { description = '', enum: choices, ...rest } = schema;
  const kind = FIELD_KINDS.find((one) => same(PARTS[one], rest) && (one === 'choice') === Array.isArray(choices));
  if (!kind || typeof description !== 'string') return null;
  return { name, kind, required, description, choices: Array.isArray(choices) ? choices.map(String) : [] };
}

/** Why these rows cannot be kept, by the number of the row. */
export function fieldFaults(fields: readonly SchemaField[]): Record<number, 'name' | 'twice' | 'choices'> {
  const faults: Record<number, 'name' | 'twice' | 'choices'> = {};
  fields.forEach((field, index) => {
    if (!/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(field.name)) faults[index] = 'name';
    else if (fields.findIndex((one) => one.name === field.name) < index) faults[index] = 'twice';
    else if (field.kind === 'choice' && field.choices.length === 0) faults[index] = 'choices';
  });
  return faults;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON of two values, whatever the order of their members. */
function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  }
  if (!isRecord(one) || !isRecord(other)) return one === other;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && same(one[key], other[key]));
}
