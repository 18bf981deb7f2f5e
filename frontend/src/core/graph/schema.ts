import type { Config, JsonSchema } from './document';

type Defs = Record<string, JsonSchema>;

const asSchema = (value: unknown): JsonSchema | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : null;

/** A schema that forms and pickers can read without looking elsewhere: references filled in, "or nothing" unwrapped. */
export function plainSchema(schema: JsonSchema): JsonSchema {
  const defs = (asSchema(schema.$defs) ?? {}) as Defs;
  return plain(schema, defs, 0);
}

function plain(schema: JsonSchema, defs: Defs, depth: number): JsonSchema {
  if (depth > 12) return {};
  const { $ref, $defs: _defs, anyOf, allOf, ...rest } = schema;
  if (typeof $ref === 'string') {
    const target = defs[$ref.split('/').at(-1) as string] ?? {};
    return plain({ ...target, ...rest }, defs, depth + 1);
  }
  if (Array.isArray(allOf) && allOf.length === 1)
    return plain({ ...(allOf[0] as JsonSchema), ...rest }, defs, depth + 1);
  if (Array.isArray(anyOf)) return either(anyOf as JsonSchema[], rest, defs, depth);
  const result: JsonSchema = { ...rest };
  const properties = asSchema(rest.properties);
  if (properties) {
    result.properties = Object.fromEntries(
      Object.entries(properties).map(([key, one]) => [key, plain(one as JsonSchema, defs, depth + 1)]),
    );
  }
  const items = asSchema(rest.items);
  if (items) result.items = plain(items, defs, depth + 1);
  const additional = asSchema(rest.additionalProperties);
  if (additional) result.additionalProperties = plain(additional, defs, depth + 1);
  return result;
}

/** Of several shapes the richest one is drawn: a formula can still give any of them. */
function either(options: JsonSchema[], rest: JsonSchema, defs: Defs, depth: number): JsonSchema {
  const real = options.filter((one) => one.type !== 'null');
  const chosen = real.find((one) => one.type === 'string') ?? real[0] ?? {};
  const kept =
    rest.default === null ? Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'default')) : rest;
  return plain({ ...chosen, ...kept }, defs, depth + 1);
}

export function propertiesOf(schema: JsonSchema): [string, JsonSchema][] {
  return Object.entries((asSchema(schema.properties) ?? {}) as Record<string, JsonSchema>);
}

export function requiredOf(schema: JsonSchema): string[] {
  return Array.isArray(schema.required) ? (schema.required as string[]) : [];
}

/** The settings a new step starts with: every default that says something. */
export function defaultsOf(schema: JsonSchema): Config {
  const config: Config = {};
  for (const [key, property] of propertiesOf(plainSchema(schema))) {
    if (property.default !== undefined && property.default !== null) config[key] = structuredClone(property.default);
  }
  return config;
}

export type Level = 1 | 2 | 3;

/** Level 1 is asked first; what is required without a level of its own is level 1, the rest "More options". */
export function levelOf(schema: JsonSchema, key: string): Level {
  const property = propertiesOf(schema).find(([name]) => name === key)?.[1];
  const level = property?.['x-level'];
  if (level === 1 || level === 2 || level === 3) return level;
  return requiredOf(schema).includes(key) ? 1 : 2;
}

/** The schema cut down to some of its properties. */
export function pickProperties(schema: JsonSchema, keys: readonly string[]): JsonSchema {
  return {
    ...schema,
    properties: Object.fromEntries(propertiesOf(schema).filter(([key]) => keys.includes(key))),
    required: requiredOf(schema).filter((key) => keys.includes(key)),
  };
}
