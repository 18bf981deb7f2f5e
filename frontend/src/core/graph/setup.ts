/** What a workflow made from a template still asks for: accounts, each once, and settings that were left open. */
import { type Graph, type GraphNode, type JsonSchema, type NodeTypes, nodeByKey, type Problem } from './document';
import { isExpr, isText, valueAt } from './formulas';
import { readingOrder } from './order';
import { normalField } from './problems';
import { plainSchema, propertiesOf } from './schema';

export type SlotInput = 'account' | 'text' | 'area' | 'number' | 'other';

/** One value that is asked for. */
export interface Slot {
  step: string;
  /** Inside the settings of the step. */
  path: string[];
  /** What belongs there, in words; of accounts the same words mean the same account. */
  label: string;
  input: SlotInput;
}

/** What is shown and ticked together: one account of a step, or its open settings. */
export interface SetupCard {
  id: string;
  step: string;
  kind: 'account' | 'blanks';
  slots: Slot[];
}

const PLACEHOLDER = /^\s*<(\p{Lu}[^<>\n]{0,98})>\s*$/u;

/** What a person has to put in this place; null for a value that counts. */
export function placeholderLabel(value: unknown): string | null {
  return typeof value === 'string' ? (PLACEHOLDER.exec(value)?.[1] ?? null) : null;
}

/** Everything that is asked for, in the order in which the steps run. */
export function setupSlots(graph: Graph, nodeTypes: NodeTypes, problems: readonly Problem[]): Slot[] {
  return readingOrder(graph)
    .filter((node) => !node.off)
    .flatMap((node) => {
      const type = nodeTypes.get(node.type);
      const schema = plainSchema(type?.config_schema ?? {});
      const left = placeholders(node.config, schema, []).map((found) => ({ step: node.key, ...found }));
      const missing = problems
        .filter((problem) => problem.node === node.key && problem.code === 'missing_setting')
        .map((problem) => missingSlot(node, schema, normalField(problem.field), type?.title ?? node.type));
      return [...left, ...missing];
    });
}

export function setupCards(slots: readonly Slot[]): SetupCard[] {
  const cards = new Map<string, SetupCard>();
  for (const slot of slots) {
    const kind = slot.input === 'account' ? 'account' : 'blanks';
    const id = kind === 'account' ? `${slot.step} ${slot.label}` : slot.step;
    const card = cards.get(id);
    if (card) card.slots.push(slot);
    else cards.set(id, { id, step: slot.step, kind, slots: [slot] });
  }
  return [...cards.values()];
}

/** A step that is gone or switched off asks for nothing any more. */
export function isFilled(graph: Graph, slot: Slot): boolean {
  const node = nodeByKey(graph, slot.step);
  if (!node || node.off) return true;
  const value = valueAt(node.config, slot.path);
  return value !== undefined && value !== null && value !== '' && placeholderLabel(value) === null;
}

export function slotValue(graph: Graph, slot: Slot): unknown {
  return valueAt(nodeByKey(graph, slot.step)?.config, slot.path);
}

/** Puts a value into all these places. */
export function fillSlots(graph: Graph, slots: readonly Slot[], value: unknown): void {
  for (const { step, path } of slots) {
    const node = nodeByKey(graph, step);
    const last = path.at(-1);
    const holder = valueAt(node?.config, path.slice(0, -1)) as Record<string, unknown> | undefined;
    if (holder && last !== undefined) holder[last] = value;
  }
}

function placeholders(value: unknown, schema: JsonSchema, path: string[]): Omit<Slot, 'step'>[] {
  const label = placeholderLabel(value);
  if (label !== null) return [{ path, label, input: inputOf(schema) }];
  if (typeof value !== 'object' || value === null || isExpr(value) || isText(value)) return [];
  const order = propertiesOf(schema).map(([key]) => key);
  const entries = Object.entries(value).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return entries.flatMap(([key, inner]) =>
    placeholders(inner, Array.isArray(value) ? itemsOf(schema) : childOf(schema, key), [...path, key]),
  );
}

function missingSlot(node: GraphNode, schema: JsonSchema, field: string, title: string): Slot {
  const path = field.split('.');
  const found = path.reduce((part, key) => (/^\d+$/.test(key) ? itemsOf(part) : childOf(part, key)), schema);
  const input = inputOf(found);
  const words = typeof found.title === 'string' ? found.title : (path.at(-1) ?? title);
  // An account without a name of its own is the account of this type of step.
  return { step: node.key, path, label: input === 'account' ? title : words, input };
}

function inputOf(schema: JsonSchema): SlotInput {
  if (schema['x-widget'] === 'credential') return 'account';
  if (schema.type === 'number' || schema.type === 'integer') return 'number';
  if (schema.type !== 'string' || schema.enum !== undefined || schema['x-asset-kind'] !== undefined) return 'other';
  if (schema['x-widget'] === 'area') return 'area';
  return schema['x-widget'] === undefined || schema['x-widget'] === 'text' ? 'text' : 'other';
}

function childOf(schema: JsonSchema, key: string): JsonSchema {
  const found = propertiesOf(schema).find(([name]) => name === key)?.[1];
  return found ?? ((schema.additionalProperties ?? {}) as JsonSchema);
}

function itemsOf(schema: JsonSchema): JsonSchema {
  return (schema.items ?? {}) as JsonSchema;
}
