import { type Graph, type NodeTypes, nodeByKey } from './document';
import { ancestorsOf, descendantsOf } from './order';
import { portsIn, portsOf, UNDO } from './ports';

export interface LineEnd {
  node: string;
  port: string;
}

/** Why a line is refused; the words belong to the one who shows them. */
export type Refusal = 'missing' | 'self' | 'into_start' | 'border' | 'duplicate' | 'no_port' | 'undo_back';

/** `back`: the line leads to an earlier step, so what lies between runs again. */
export type Verdict = { ok: true; back: boolean } | { ok: false; reason: Refusal };

const refused = (reason: Refusal): Verdict => ({ ok: false, reason });

/** The same rules the server checks. `ignoring` is the line being moved, if any. */
export function canConnect(graph: Graph, nodeTypes: NodeTypes, from: LineEnd, to: LineEnd, ignoring?: string): Verdict {
  const left = without(graph, ignoring);
  return judge(left, nodeTypes, from, to, () => descendantsOf(left, to.node).has(from.node));
}

/** Which end of a line a person holds while the other one looks for its place. */
export type Side = 'out' | 'in';

/** What the rules say about every place a line could lead to (or, held at its way in, could come from), by `placeKey`. */
export function verdictsFor(
  graph: Graph,
  nodeTypes: NodeTypes,
  held: LineEnd,
  side: Side,
  ignoring?: string,
): Map<string, Verdict> {
  const left = without(graph, ignoring);
  // One walk for all places: a large workflow has hundreds of them.
  const around = side === 'out' ? ancestorsOf(left, held.node) : descendantsOf(left, held.node);
  const verdicts = new Map<string, Verdict>();
  for (const node of graph.nodes) {
    const ports = side === 'out' ? ['in'] : portsIn(graph, node, nodeTypes.get(node.type)).map((port) => port.key);
    for (const port of ports) {
      const place = { node: node.key, port };
      const [from, to] = side === 'out' ? [held, place] : [place, held];
      verdicts.set(
        placeKey(place),
        judge(left, nodeTypes, from, to, () => around.has(node.key)),
      );
    }
  }
  return verdicts;
}

export function placeKey({ node, port }: LineEnd): string {
  return `${node}/${port}`;
}

function without(graph: Graph, line: string | undefined): Graph {
  return line === undefined ? graph : { ...graph, edges: graph.edges.filter((edge) => edge.id !== line) };
}

function judge(graph: Graph, nodeTypes: NodeTypes, from: LineEnd, to: LineEnd, leadsBack: () => boolean): Verdict {
  const source = nodeByKey(graph, from.node);
  const target = nodeByKey(graph, to.node);
  if (!source || !target) return refused('missing');
  if (source.key === target.key) return refused('self');
  if (nodeTypes.get(target.type)?.kind === 'start') return refused('into_start');
  if (source.parent !== target.parent) return refused('border');
  const type = nodeTypes.get(source.type);
  const undo = from.port === UNDO.key && type?.kind !== 'start';
  if (!undo && !portsOf(source, type).some((port) => port.key === from.port)) return refused('no_port');
  const same = graph.edges.some(
    (edge) => edge.source === from.node && edge.target === to.node && edge.source_port === from.port,
  );
  if (same) return refused('duplicate');
  const back = leadsBack();
  if (back && undo) return refused('undo_back');
  return { ok: true, back };
}
