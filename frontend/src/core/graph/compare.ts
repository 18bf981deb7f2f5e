/** What two documents of one workflow differ in, in the terms people think in: steps, lines, notes, groups. */
import type { Graph, GraphEdge, GraphGroup, GraphNode, GraphNote } from './document';
import { isExpr, isText } from './formulas';
import { readingOrder } from './order';

/** `moved` is a step that only stands elsewhere: it works as before. */
export type Mark = 'added' | 'changed' | 'removed' | 'moved';

export type Part = 'step' | 'line' | 'note' | 'group';

/** One setting with its value in both documents; `undefined` where it is not there. */
export interface Difference {
  /** `config`, `amount`: where it stands in the part. */
  path: string[];
  before: unknown;
  after: unknown;
}

export interface Change {
  part: Part;
  /** Key of the step; id of the line, note or group. */
  id: string;
  mark: Mark;
  differences: Difference[];
}

export interface Comparison {
  /** Steps in reading order, then lines, notes and groups. */
  changes: Change[];
  /** The later document with what was removed put back, so that everything can be looked at in one place. */
  both: Graph;
  steps: Record<string, Mark>;
  lines: Record<string, Mark>;
}

const PLACE = new Set(['position', 'size']);

export function compareGraphs(before: Graph, after: Graph): Comparison {
  const both = union(before, after);
  const steps = compareParts('step', before.nodes, after.nodes, (node) => node.key);
  const rank = new Map(readingOrder(both).map((node, index) => [node.key, index]));
  steps.sort((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0));
  const lines = compareParts('line', namedLines(before), namedLines(after), lineName).map((change) => ({
    ...change,
    id: (both.edges.find((edge) => lineName(edge) === change.id) as GraphEdge).id,
  }));
  const changes = [
    ...steps,
    ...lines,
    ...compareParts('note', before.notes, after.notes, (note) => note.id),
    ...compareParts('group', before.groups, after.groups, (group) => group.id),
  ];
  return { changes, both, steps: marks(steps), lines: marks(lines) };
}

/** A line is the same line while it joins the same ends: drawing it anew changes nothing. */
function lineName(edge: GraphEdge): string {
  return [edge.source, edge.source_port, edge.target, edge.target_port].join(' ');
}

function namedLines(graph: Graph): GraphEdge[] {
  return graph.edges.map((edge) => ({ ...edge, id: '' }));
}

function marks(changes: readonly Change[]): Record<string, Mark> {
  return Object.fromEntries(changes.map((change) => [change.id, change.mark]));
}

function compareParts<T extends GraphNode | GraphEdge | GraphNote | GraphGroup>(
  part: Part,
  before: readonly T[],
  after: readonly T[],
  idOf: (one: T) => string,
): Change[] {
  const old = new Map(before.map((one) => [idOf(one), one]));
  const now = new Map(after.map((one) => [idOf(one), one]));
  const changes: Change[] = [];
  for (const [id, one] of now) {
    const was = old.get(id);
    if (!was) {
      changes.push({ part, id, mark: 'added', differences: [] });
      continue;
    }
    const found = differencesOf(was, one, []);
    if (found.length === 0) continue;
    const differences = found.filter(({ path }) => !PLACE.has(path[0] as string));
    changes.push({ part, id, mark: differences.length > 0 ? 'changed' : 'moved', differences });
  }
  for (const id of old.keys()) if (!now.has(id)) changes.push({ part, id, mark: 'removed', differences: [] });
  return changes;
}

function differencesOf(before: unknown, after: unknown, path: string[]): Difference[] {
  if (same(before, after)) return [];
  const [old, now] = [entriesOf(before), entriesOf(after)];
  if (old === null || now === null) return [{ path, before, after }];
  const keys = new Set([...old.keys(), ...now.keys()]);
  const found = [...keys].flatMap((key) => differencesOf(old.get(key), now.get(key), [...path, key]));
  // Only the order of a list with named entries changed.
  return found.length > 0 ? found : [{ path, before, after }];
}

/** What is looked at entry by entry: objects, and lists whose entries have names of their own. Formulas are values. */
function entriesOf(value: unknown): Map<string, unknown> | null {
  if (Array.isArray(value)) return namedEntries(value);
  if (typeof value !== 'object' || value === null || isExpr(value) || isText(value)) return null;
  return new Map(Object.entries(value));
}

function namedEntries(list: readonly unknown[]): Map<string, unknown> | null {
  const named = new Map<string, unknown>();
  for (const entry of list) {
    const name = nameOfEntry(entry);
    if (name === null || named.has(name)) return null;
    named.set(name, entry);
  }
  return list.length > 0 ? named : null;
}

function nameOfEntry(entry: unknown): string | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const { name, key, label } = entry as Record<string, unknown>;
  const found = name ?? key ?? label;
  return typeof found === 'string' && found !== '' ? found : null;
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) => key in b && same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}

function union(before: Graph, after: Graph): Graph {
  const keys = new Set(after.nodes.map((node) => node.key));
  const lines = new Set(after.edges.map(lineName));
  const ids = new Set(after.edges.map((edge) => edge.id));
  const notes = new Set(after.notes.map((note) => note.id));
  const nodes = [...after.nodes, ...before.nodes.filter((node) => !keys.has(node.key))];
  const gone = before.edges.filter((edge) => !lines.has(lineName(edge)));
  return {
    ...after,
    nodes: nodes.map((node) => (nodes.some((one) => one.key === node.parent) ? node : { ...node, parent: null })),
    edges: [...after.edges, ...gone.map((edge) => (ids.has(edge.id) ? { ...edge, id: `${edge.id} before` } : edge))],
    notes: [...after.notes, ...before.notes.filter((note) => !notes.has(note.id))],
  };
}
