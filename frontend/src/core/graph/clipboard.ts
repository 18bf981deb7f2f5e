import { current, isDraft } from 'immer';
import { overlaps, ROW, sizeOf } from './commands';
import {
  type Graph,
  type GraphEdge,
  type GraphNode,
  type NodeTypes,
  nameOf,
  type Position,
  readGraph,
  snap,
} from './document';
import { mapFormulas, renameNames } from './formulas';
import { absolutePosition } from './frames';
import { freshId, freshKey, keysOf } from './keys';

const MARK = 'graph@1/part';

export interface Part {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** The chosen steps, the insides of chosen frames, and the lines between them. */
export function partOf(graph: Graph, keys: readonly string[]): Part {
  const chosen = new Set(keys);
  for (const node of graph.nodes) if (node.parent && chosen.has(node.parent)) chosen.add(node.key);
  const nodes = graph.nodes
    .filter((node) => chosen.has(node.key))
    .map((node) =>
      node.parent && !chosen.has(node.parent)
        ? { ...node, parent: null, position: absolutePosition(graph, node) }
        : node,
    );
  return { nodes, edges: graph.edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target)) };
}

/** `workspace` tells at the other end whether what the settings name can be there. */
export function copyText(graph: Graph, keys: readonly string[], workspace: string | null = null): string {
  return JSON.stringify({ schema: MARK, workspace, ...partOf(graph, keys) });
}

export interface Copied extends Part {
  workspace: string | null;
}

/** What lies on the clipboard: steps, steps that cannot be read any more, rows of a table, other text, or nothing. */
export type Read =
  | { kind: 'steps'; copied: Copied }
  | { kind: 'broken' }
  | { kind: 'table'; rows: number }
  | { kind: 'text' }
  | { kind: 'nothing' };

export function readCopied(text: string): Read {
  if (text.trim() === '') return { kind: 'nothing' };
  // Cut off or changed on the way, it still begins with our mark.
  const ours = text.slice(0, 200).includes(MARK);
  const data = parsed(text);
  if (!ours) {
    const rows = text.trimEnd().split('\n');
    return rows.some((row) => row.includes('\t')) ? { kind: 'table', rows: rows.length } : { kind: 'text' };
  }
  if (!isCopied(data)) return { kind: 'broken' };
  const { nodes, edges } = readGraph(data);
  return { kind: 'steps', copied: { nodes, edges, workspace: data.workspace ?? null } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isOptional = (value: unknown, is: (value: unknown) => boolean) =>
  value === undefined || value === null || is(value);

/** Whether everything that drawing and saving rely on is there. */
function isCopied(data: unknown): data is { workspace?: string | null; nodes: unknown[]; edges: unknown[] } {
  if (!isRecord(data) || data.schema !== MARK || !Array.isArray(data.nodes) || !Array.isArray(data.edges)) return false;
  const numbers =
    (...names: string[]) =>
    (value: unknown) =>
      isRecord(value) && names.every((name) => Number.isFinite(value[name]));
  const step = (node: unknown) =>
    isRecord(node) &&
    typeof node.key === 'string' &&
    typeof node.type === 'string' &&
    isOptional(node.name, (value) => typeof value === 'string') &&
    isOptional(node.config, isRecord) &&
    isOptional(node.policy, isRecord) &&
    isOptional(node.position, numbers('x', 'y')) &&
    isOptional(node.size, numbers('width', 'height'));
  const line = (edge: unknown) => isRecord(edge) && typeof edge.source === 'string' && typeof edge.target === 'string';
  return data.nodes.length > 0 && data.nodes.every(step) && data.edges.every(line);
}

export interface Pasted {
  /** Keys of the outer steps. */
  added: string[];
  /** From the copied keys to the new ones. */
  keys: ReadonlyMap<string, string>;
}

/** How far a part has to move so that its upper left corner stands at `place`. */
export function shiftTo(part: Part, place: Position): Position {
  const outer = part.nodes.filter((node) => !node.parent);
  return {
    x: place.x - Math.min(...outer.map((node) => node.position.x)),
    y: place.y - Math.min(...outer.map((node) => node.position.y)),
  };
}

/** So that the middle of a part stands at `place`. */
export function shiftToMiddle(part: Part, place: Position): Position {
  const outer = part.nodes.filter((node) => !node.parent);
  const right = Math.max(...outer.map((node) => node.position.x + sizeOf(node).width));
  const bottom = Math.max(...outer.map((node) => node.position.y + sizeOf(node).height));
  const corner = shiftTo(part, { x: 0, y: 0 });
  return shiftTo(part, { x: place.x - (right + corner.x) / 2, y: place.y - (bottom + corner.y) / 2 });
}

/** Adds a part with fresh keys, moved by `by`; formulas between its steps follow. */
export function paste(graph: Graph, nodeTypes: NodeTypes, part: Part, by: Position): Pasted {
  const taken = keysOf(graph);
  const renamed = new Map<string, string>();
  for (const node of part.nodes) {
    const key = freshKey(nodeTypes.has(node.type) ? node.type : node.key, taken);
    taken.add(key);
    renamed.set(node.key, key);
  }
  const names = new Set(graph.nodes.map((node) => nameOf(node, nodeTypes)));
  const added: string[] = [];
  const shift = freeShift(graph, part, by);
  for (const node of part.nodes) {
    const key = renamed.get(node.key) as string;
    const parent = node.parent ? (renamed.get(node.parent) ?? null) : null;
    const position = parent
      ? node.position
      : { x: snap(node.position.x + shift.x), y: snap(node.position.y + shift.y) };
    const config = mapFormulas(structuredClone(node.config), (formula) => renameNames(formula, renamed));
    const name = freshName(nameOf(node, nodeTypes), names);
    names.add(name);
    graph.nodes.push({ ...structuredClone(node), key, name, parent, position, config: config as GraphNode['config'] });
    if (!parent) added.push(key);
  }
  for (const edge of part.edges) {
    const source = renamed.get(edge.source);
    const target = renamed.get(edge.target);
    if (!source || !target) continue;
    const feedback = mapFormulas(structuredClone(edge.feedback), (formula) => renameNames(formula, renamed));
    graph.edges.push({ ...edge, id: freshId(), source, target, feedback: feedback as GraphEdge['feedback'] });
  }
  return { added, keys: renamed };
}

/** Two steps of one name could not be told apart: the copy is numbered. */
function freshName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const base = name.replace(/ \d+$/, '');
  for (let number = 2; ; number += 1) {
    const next = `${base} ${number}`;
    if (!taken.has(next)) return next;
  }
}

/** `by`, moved down until no pasted card covers one that is there. */
function freeShift(graph: Graph, part: Part, by: Position): Position {
  const outer = part.nodes.filter((node) => !node.parent);
  const there = graph.nodes.filter((node) => !node.parent);
  const shift = { ...by };
  const covered = () =>
    outer.some((node) => {
      const at = { x: node.position.x + shift.x, y: node.position.y + shift.y };
      return there.some((other) => overlaps({ ...at, ...sizeOf(node) }, { ...other.position, ...sizeOf(other) }));
    });
  while (covered()) shift.y += ROW;
  return shift;
}

/** Copies beside the originals, settings and inner lines included. */
export function duplicate(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[]): Pasted {
  return paste(graph, nodeTypes, partOf(isDraft(graph) ? current(graph) : graph, keys), { x: 36, y: 96 });
}
