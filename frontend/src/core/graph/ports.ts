import { phrase } from '../server-words';
import { CARD, type Graph, type GraphNode, type NodeTypeInfo, type Port, SNAP } from './document';

const OUT: Port = { key: 'out', label: '' };
/** The way to what takes a step back, when a later one fails. */
export const UNDO: Port = { key: 'undo', label: 'To undo it' };

interface Case {
  key?: unknown;
  label?: unknown;
}

/**
 * Output ports of a step: those of its type, one per case where the settings decide, the error path when it is on, and
 * the way to undo it when it has one (`undone`) or asks for it.
 */
export function portsOf(node: GraphNode, type: NodeTypeInfo | undefined, undone = false): Port[] {
  const ports = [...(type ? (type.dynamic_ports ? casePorts(node, type) : type.ports) : [OUT])];
  const { on_error } = node.policy;
  if (on_error === 'path') ports.push({ key: 'error', label: phrase('If it fails') });
  if (undone || on_error === 'compensate') ports.push({ ...UNDO, label: phrase(UNDO.label) });
  return ports;
}

/** Output ports of a step as its graph shows them: with the way to undo it when a line leads there. */
export function portsIn(graph: Graph, node: GraphNode, type: NodeTypeInfo | undefined): Port[] {
  const undone = graph.edges.some((edge) => edge.source === node.key && edge.source_port === UNDO.key);
  return portsOf(node, type, undone);
}

function casePorts(node: GraphNode, type: NodeTypeInfo): Port[] {
  const cases = Array.isArray(node.config.cases) ? (node.config.cases as Case[]) : [];
  const named = cases
    .filter((one) => typeof one?.key === 'string' && one.key !== '')
    .map((one) => ({
      key: String(one.key),
      label: typeof one.label === 'string' && one.label ? one.label : String(one.key),
    }));
  const fixed = type.ports.filter((port) => port.key !== 'out' && !named.some((one) => one.key === port.key));
  const last = fixed.some((port) => port.key === 'otherwise')
    ? fixed
    : [...fixed, { key: 'otherwise', label: phrase('Otherwise') }];
  return [...named, ...last];
}

/** Cards with many ways out are taller, so that each keeps its own place at the right edge. */
export function cardHeight(ports: number): number {
  return ports <= 2 ? CARD.height : Math.ceil((30 * ports + 12) / SNAP) * SNAP;
}

/** Where a way out stands on the right edge, from 0 (top) to 1. Beside one main way the error path or the way to undo stands low. */
export function placeOf(ports: readonly Port[], index: number): number {
  if (ports.length === 2 && ['error', UNDO.key].includes(ports[1]?.key ?? '')) return index === 0 ? 0.5 : 0.84;
  return (index + 0.5) / ports.length;
}
