import { type Graph, nodeByKey } from '@/core/graph/document';
import type { NodeRunState } from '@/core/run/overlay';

type States = Readonly<Record<string, NodeRunState>>;

/** True for a step that is switched off and that the run came by: it did nothing, and the way went on. */
export function passedOn(graph: Graph, states: States, key: string): boolean {
  const node = nodeByKey(graph, key);
  if (!node?.off || !states[key]) return false;
  return graph.edges.some(
    (edge) =>
      edge.target === key &&
      (states[edge.source]?.ports.includes(edge.source_port) || passedOn(graph, states, edge.source)),
  );
}
