/** A JSON Schema, or a plain list of names and kinds. */
export type Schema = Record<string, unknown>;

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

/** The settings of a version as people read them: without what is empty, connections by their names. */
export function shownConfig(config: Schema, connections: ReadonlyMap<string, string>): Schema {
  const told = Object.entries(config).filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(
    told.map(([name, value]) =>
      name === 'credential' ? ['connection', connections.get(String(value)) ?? value] : [name, value],
    ),
  );
}
