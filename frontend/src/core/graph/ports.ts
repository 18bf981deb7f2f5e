import { CARD, type GraphNode, type NodeTypeInfo, type Port, SNAP } from './document';

const OUT: Port = { key: 'out', label: '' };

interface Case {
  key?: unknown;
  label?: unknown;
}

/** Output ports of a step: those of its type, one per case where the settings decide, and the error path when it is on. */
export function portsOf(node: GraphNode, type: NodeTypeInfo | undefined): Port[] {
  const declared = type ? (type.dynamic_ports ? casePorts(node, type) : type.ports) : [OUT];
  if (node.policy.on_error !== 'path') return declared;
  return [...declared, { key: 'error', label: 'If it fails' }];
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
    : [...fixed, { key: 'otherwise', label: 'Otherwise' }];
  return [...named, ...last];
}

/** Cards with many ways out are taller, so that each keeps its own place at the right edge. */
export function cardHeight(ports: number): number {
  return ports <= 2 ? CARD.height : Math.ceil((30 * ports + 12) / SNAP) * SNAP;
}

/** Where a way out stands on the right edge, from 0 (top) to 1. Beside one main way the error path stands low. */
export function placeOf(ports: readonly Port[], index: number): number {
  if (ports.length === 2 && ports[1]?.key === 'error') return index === 0 ? 0.5 : 0.84;
  return (index + 0.5) / ports.length;
}
