import { type Graph, type NodeTypes, nodeByKey } from './document';
import { descendantsOf } from './order';
import { portsOf, UNDO } from './ports';

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
  const source = nodeByKey(graph, from.node);
  const target = nodeByKey(graph, to.node);
  if (!source || !target) return refused('missing');
  if (source.key === target.key) return refused('self');
  if (nodeTypes.get(target.type)?.kind === 'start') return refused('into_start');
  if (source.parent !== target.parent) return refused('border');
  const type = nodeTypes.get(source.type);
  const undo = from.port === UNDO.key && type?.kind !== 'start';
  if (!undo && !portsOf(source, type).some((port) => port.key === from.port)) return refused('no_port');
  const others = graph.edges.filter((edge) => edge.id !== ignoring);
  const same = others.some(
    (edge) => edge.source === from.node && edge.target === to.node && edge.source_port === from.port,
  );
  if (same) return refused('duplicate');
  const back = descendantsOf({ ...graph, edges: others }, target.key).has(source.key);
  if (back && undo) return refused('undo_back');
  return { ok: true, back };
}
