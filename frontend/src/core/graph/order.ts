import type { Graph, GraphEdge, GraphNode } from './document';

/** Every step from which `key` can be reached by lines, `key` itself left out. */
export function ancestorsOf(graph: Graph, key: string): Set<string> {
  return walk(key, sources(graph));
}

/** Every step that can be reached from `key` by lines, `key` itself left out. */
export function descendantsOf(graph: Graph, key: string): Set<string> {
  return walk(key, targets(graph));
}

/** The lines that lead on; those that lead back say nothing about what comes first. */
export function forwardEdges(graph: Graph): GraphEdge[] {
  return graph.edges.filter((edge) => edge.feedback === null);
}

/** The steps that run again when this line leads back: all between its two ends, both included. */
export function stepsOfLoop(graph: Graph, back: GraphEdge): Set<string> {
  const after = descendantsOf(graph, back.target).add(back.target);
  const before = ancestorsOf(graph, back.source).add(back.source);
  return new Set([...after].filter((key) => before.has(key)));
}

function sources(graph: Graph): Map<string, string[]> {
  return neighbours(forwardEdges(graph).map((edge) => [edge.target, edge.source]));
}

function targets(graph: Graph): Map<string, string[]> {
  return neighbours(forwardEdges(graph).map((edge) => [edge.source, edge.target]));
}

function neighbours(pairs: string[][]): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const [from, to] of pairs as [string, string][]) {
    const known = map.get(from);
    if (known) known.push(to);
    else map.set(from, [to]);
  }
  return map;
}

function walk(key: string, next: Map<string, string[]>): Set<string> {
  const found = new Set<string>();
  const open = [...(next.get(key) ?? [])];
  while (open.length > 0) {
    const here = open.pop() as string;
    if (found.has(here)) continue;
    found.add(here);
    open.push(...(next.get(here) ?? []));
  }
  found.delete(key);
  return found;
}

/** Graphs never change, and many parts of a page ask for the order of the same one. */
const ORDERS = new WeakMap<Graph, readonly GraphNode[]>();

/** Steps as a person reads them: along the lines, then left to right, top to bottom; the inside of a frame after the frame. */
export function readingOrder(graph: Graph): readonly GraphNode[] {
  const known = ORDERS.get(graph);
  if (known) return known;
  const ordered: GraphNode[] = [];
  const frames = new Set(graph.nodes.map((node) => node.parent));
  const place = (parent: string | null) => {
    for (const node of layerOrder(graph, parent)) {
      ordered.push(node);
      if (frames.has(node.key)) place(node.key);
    }
  };
  place(null);
  ORDERS.set(graph, ordered);
  return ordered;
}

function layerOrder(graph: Graph, parent: string | null): GraphNode[] {
  const nodes = graph.nodes.filter((node) => node.parent === parent).sort(byPosition);
  const keys = new Set(nodes.map((node) => node.key));
  const edges = forwardEdges(graph).filter((edge) => keys.has(edge.source) && keys.has(edge.target));
  const waiting = new Map<string, number>();
  for (const edge of edges) waiting.set(edge.target, (waiting.get(edge.target) ?? 0) + 1);
  const ordered: GraphNode[] = [];
  const open = [...nodes];
  while (open.length > 0) {
    const ready = open.findIndex((node) => (waiting.get(node.key) ?? 0) <= 0);
    const [node] = open.splice(Math.max(ready, 0), 1) as [GraphNode];
    ordered.push(node);
    for (const edge of edges) {
      if (edge.source === node.key) waiting.set(edge.target, (waiting.get(edge.target) ?? 0) - 1);
    }
  }
  return ordered;
}

function byPosition(a: GraphNode, b: GraphNode): number {
  return a.position.x - b.position.x || a.position.y - b.position.y || (a.key < b.key ? -1 : 1);
}
