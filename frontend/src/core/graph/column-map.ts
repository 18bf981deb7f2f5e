/** Fields that another workflow or a tool asks for, matched with what earlier steps give. */
import type { Graph, JsonSchema } from './document';
import { type Expr, pathFormula } from './formulas';
import type { Values } from './rows';
import { propertiesOf } from './schema';
import type { ScopeName } from './scope';

export type TargetType = 'text' | 'number' | 'date' | 'choice' | 'file' | 'switch' | 'data';

export interface Target {
  key: string;
  label: string;
  type: TargetType;
  required: boolean;
  /** What it is, in the words of whoever made it. */
  help?: string | undefined;
}

export interface Mapped {
  name: string;
  value: unknown;
}

const TYPES: TargetType[] = ['text', 'number', 'date', 'choice', 'file', 'switch'];

/** What the start of a workflow asks for; null where its start asks nothing that can be listed. */
export function targetsOf(graph: Graph): Target[] | null {
  const start = graph.nodes.find((node) => node.type === 'start_manual' && !node.off);
  const fields = start?.config.fields;
  if (!Array.isArray(fields)) return start ? [] : null;
  return (fields as Record<string, unknown>[]).map((field) => ({
    key: String(field.key),
    label: String(field.label ?? field.key),
    type: TYPES.find((type) => type === field.type) ?? 'text',
    required: field.required === true,
  }));
}

/** What a tool asks for by the JSON Schema of its values; null where it takes any. */
export function targetsIn(schema: JsonSchema): Target[] | null {
  const properties = propertiesOf(schema);
  const required = Array.isArray(schema.required) ? schema.required : [];
  if (properties.length === 0) return schema.additionalProperties === false ? [] : null;
  return properties.map(([key, one]) => ({
    key,
    label: typeof one.title === 'string' ? one.title : key,
    type: typeIn(one),
    required: required.includes(key),
    help: typeof one.description === 'string' ? one.description : undefined,
  }));
}

function typeIn({ type, format }: JsonSchema): TargetType {
  const [first] = (Array.isArray(type) ? type : [type]).filter((one) => one !== 'null');
  if (first === 'integer' || first === 'number') return 'number';
  if (first === 'boolean') return 'switch';
  if (first === 'string') return format === 'date' ? 'date' : 'text';
  return 'data';
}

/** The shape a mapped value is asked for in. */
export function targetSchema({ type }: Target): JsonSchema {
  if (type === 'number') return { type: 'number' };
  if (type === 'switch') return { type: 'boolean' };
  if (type === 'data') return { type: 'object' };
  return type === 'file' ? { type: 'object', 'x-widget': 'file' } : { type: 'string' };
}

const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** A value of the same name for every target that has none yet; the nearest step that gives one counts. */
export function mapByName(
  targets: readonly Target[],
  mapped: readonly Mapped[],
  names: readonly ScopeName[],
  values: Values,
): Mapped[] {
  const nearest = names.filter((one) => one.kind === 'item' || one.kind === 'step' || one.kind === 'trigger').reverse();
  const given = nearest.flatMap((one) => fieldsOf(one, values).map((field) => ({ from: one.name, field })));
  const added = targets.flatMap((target): Mapped[] => {
    const known = mapped.find((one) => one.name === target.key);
    if (known && known.value !== undefined && known.value !== '') return [];
    const found = given.find(({ field }) => [target.key, target.label].some((name) => plain(name) === plain(field)));
    return found ? [{ name: target.key, value: { $expr: pathFormula([found.from, found.field]) } }] : [];
  });
  const filled = new Set(added.map((one) => one.name));
  return [...mapped.filter((one) => !filled.has(one.name)), ...added];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** All fields of a step as fields of one's own: those that are there already stay. */
export function takeOver(name: ScopeName, values: Values, taken: readonly string[]): { name: string; value: Expr }[] {
  const used = new Set(taken);
  return fieldsOf(name, values).flatMap((field) => {
    const own = ownName(field);
    if (used.has(own)) return [];
    used.add(own);
    return [{ name: own, value: { $expr: pathFormula([name.name, field]) } }];
  });
}

function ownName(field: string): string {
  if (NAME.test(field)) return field;
  const words = field
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  return NAME.test(words) ? words : `field_${words}`;
}

function fieldsOf({ name, schema }: ScopeName, values: Values): string[] {
  const value = values[name];
  const given = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  return [...new Set([...given, ...propertiesOf(schema).map(([key]) => key)])];
}
