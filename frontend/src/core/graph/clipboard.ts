import { current, isDraft } from 'immer';
import { overlaps, ROW, sizeOf } from './commands';
import { type Graph, type GraphEdge, type GraphNode, type NodeTypes, type Position, readGraph, snap } from './document';
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

export function copyText(graph: Graph, keys: readonly string[]): string {
  return JSON.stringify({ schema: MARK, ...partOf(graph, keys) });
}

/** Reads what `copyText` wrote; null for any other text. */
export function readPart(text: string): Part | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof data !== 'object' || data === null || (data as { schema?: unknown }).schema !== MARK) return null;
  const { nodes, edges } = readGraph(data);
  return nodes.length > 0 ? { nodes, edges } : null;
}

/** Adds a part with fresh keys, moved by `by`; formulas between its steps follow. Gives the keys of its outer steps. */
export function paste(graph: Graph, nodeTypes: NodeTypes, part: Part, by: Position): string[] {
  const taken = keysOf(graph);
  const renamed = new Map<string, string>();
  for (const node of part.nodes) {
    const key = freshKey(nodeTypes.has(node.type) ? node.type : node.key, taken);
    taken.add(key);
    renamed.set(node.key, key);
  }
  const added: string[] = [];
  const shift = freeShift(graph, part, by);
  for (const node of part.nodes) {
    const key = renamed.get(node.key) as string;
    const parent = node.parent ? (renamed.get(node.parent) ?? null) : null;
    const position = parent
      ? node.position
      : { x: snap(node.position.x + shift.x), y: snap(node.position.y + shift.y) };
    const config = mapFormulas(structuredClone(node.config), (formula) => renameNames(formula, renamed));
    graph.nodes.push({ ...structuredClone(node), key, parent, position, config: config as GraphNode['config'] });
    if (!parent) added.push(key);
  }
  for (const edge of part.edges) {
    const source = renamed.get(edge.source);
    const target = renamed.get(edge.target);
    if (!source || !target) continue;
    const feedback = mapFormulas(structuredClone(edge.feedback), (formula) => renameNames(formula, renamed));
    graph.edges.push({ ...edge, id: freshId(), source, target, feedback: feedback as GraphEdge['feedback'] });
  }
  return added;
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
export function duplicate(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[]): string[] {
  return paste(graph, nodeTypes, partOf(isDraft(graph) ? current(graph) : graph, keys), { x: 36, y: 96 });
}
