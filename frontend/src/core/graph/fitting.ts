import { type Graph, type GraphNode, type NodeTypeInfo, type NodeTypes, nodeByKey } from './document';
import { portsOf, UNDO } from './ports';

/** A place for a new step, by its neighbours. */
export interface Spot {
  /** The step whose line leads here. */
  after: GraphNode | undefined;
  /** The step a line from here leads to. */
  before: GraphNode | undefined;
  parent: string | null;
}

export function spotBetween(graph: Graph, after: string | undefined, before: string | undefined): Spot {
  const [from, to] = [nodeByKey(graph, after), nodeByKey(graph, before)];
  return { after: from, before: to, parent: (from ?? to)?.parent ?? null };
}

/** Whether a step of this type can stand there: starts follow nothing, loops hold no loops, and some steps lead nowhere. */
export function fits(type: NodeTypeInfo, spot: Spot): boolean {
  if (type.kind === 'start' && (spot.after || spot.parent !== null)) return false;
  if (type.kind === 'container' && spot.parent !== null) return false;
  return !spot.before || type.dynamic_ports || type.ports.length > 0;
}

/** The way out by which a new step goes on: a free one first, else the first there is. */
export function wayOn(graph: Graph, nodeTypes: NodeTypes, key: string): string | null {
  const node = nodeByKey(graph, key);
  if (!node) return null;
  const ports = portsOf(node, nodeTypes.get(node.type)).filter((one) => one.key !== UNDO.key);
  const used = new Set(graph.edges.filter((edge) => edge.source === key).map((edge) => edge.source_port));
  return (ports.find((one) => !used.has(one.key)) ?? ports[0])?.key ?? null;
}
