import type { Graph, GraphEdge } from '@/core/graph/document';
import { forwardEdges } from '@/core/graph/order';
import { type NodeRunState, type RunOverlayState, wasThere } from '@/core/run/overlay';
import { passedOn } from './passed-on';

type States = Readonly<Record<string, NodeRunState>>;
type Lines = RunOverlayState['lines'];
type Way = Pick<GraphEdge, 'source' | 'source_port' | 'target'>;

/** How many items went through a line: what its source gave, if it left by this way and the other end was reached. */
export function itemsThrough(graph: Graph, states: States, way: Way, lines: Lines = null): number | null {
  const { source, source_port, target } = way;
  if (!wasThere(lines, way)) return null;
  const [from, to] = [states[source], states[target]];
  if (!to || (to.status === 'skipped' && !passedOn(graph, states, target))) return null;
  if (passedOn(graph, states, source)) return 1;
  return from?.ports.includes(source_port) ? from.count : null;
}

/** What came in over all lines of a step where several lead in; null where none brought anything. */
export function itemsInto(graph: Graph, states: States, key: string, lines: Lines = null): number | null {
  const brought = forwardEdges(graph)
    .filter((edge) => edge.target === key)
    .map((edge) => itemsThrough(graph, states, edge, lines))
    .filter((items) => items !== null);
  return brought.length > 0 ? brought.reduce((sum, items) => sum + items, 0) : null;
}
