import type { JsonSchema } from '@/core/graph/document';

/**
 * The schema as the form draws it: defaults become hints, for a default written by the form on opening would look like
 * an edit, and a setting that may be anything is written as text.
 */
export function formSchema(schema: JsonSchema): JsonSchema {
  const { default: preset, properties, items, additionalProperties: _any, ...rest } = schema;
  const drawn: JsonSchema = { ...rest };
  if (preset !== undefined && preset !== null) drawn['x-default'] = preset;
  if (properties) {
    drawn.properties = Object.fromEntries(
      Object.entries(properties as Record<string, JsonSchema>).map(([key, one]) => [key, formSchema(one)]),
    );
  }
  if (items && typeof items === 'object') drawn.items = formSchema(items as JsonSchema);
  if (drawn.type === undefined && !drawn.enum && !drawn.properties)
    Object.assign(drawn, { type: 'string', 'x-any': true });
  if (drawn.type === 'array' && Object.keys((drawn.items as object | undefined) ?? {}).length === 0)
    drawn.items = { type: 'string' };
  return drawn;
}

/** Equal for the server: settings that are `undefined` are not there. */
export function sameSettings(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keysA = present(a);
  const keysB = present(b);
  if (keysA.length !== keysB.length) return false;
  return keysA.every((key) => sameSettings((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

function present(value: object): string[] {
  return Object.keys(value).filter((key) => (value as Record<string, unknown>)[key] !== undefined);
}

/** Settings without those that are `undefined`, as they travel to the server. */
export function withoutGaps<T>(value: T): T {
  if (Array.isArray(value)) return value.map((one) => withoutGaps(one ?? null)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    present(value).map((key) => [key, withoutGaps((value as Record<string, unknown>)[key])]),
  ) as T;
}
