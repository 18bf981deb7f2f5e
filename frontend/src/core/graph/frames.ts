import { growFrame, sizeOf } from './commands';
import {
  FRAME_HEAD,
  FRAME_PAD,
  type Graph,
  type GraphNode,
  type NodeTypes,
  nodeByKey,
  type Position,
  snap,
} from './document';

/** Where a step stands on the whole canvas. */
export function absolutePosition(graph: Graph, node: GraphNode): Position {
  const parent = nodeByKey(graph, node.parent);
  if (!parent) return node.position;
  const base = absolutePosition(graph, parent);
  return { x: base.x + node.position.x, y: base.y + node.position.y };
}

/** Puts steps into a frame, or out of any (`frame` null), keeping them where they are seen; lines across the border go. */
export function putIntoFrame(graph: Graph, keys: readonly string[], frame: string | null): void {
  const target = nodeByKey(graph, frame);
  const base = target ? absolutePosition(graph, target) : { x: 0, y: 0 };
  for (const key of keys) {
    const node = nodeByKey(graph, key);
    if (!node || node.parent === frame || key === frame) continue;
    const seen = absolutePosition(graph, node);
    node.parent = frame;
    const least = target ? { x: FRAME_PAD, y: FRAME_HEAD + 12 } : { x: -Infinity, y: -Infinity };
    node.position = { x: Math.max(snap(seen.x - base.x), least.x), y: Math.max(snap(seen.y - base.y), least.y) };
  }
  const parents = new Map(graph.nodes.map((node) => [node.key, node.parent]));
  graph.edges = graph.edges.filter((edge) => parents.get(edge.source) === parents.get(edge.target));
  growFrame(graph, frame);
}

/** The frame under a step that was just dropped, if it may live there: starts and frames stay outside. */
export function frameUnder(graph: Graph, nodeTypes: NodeTypes, key: string, at: Position): string | null {
  const node = nodeByKey(graph, key);
  const kind = nodeTypes.get(node?.type ?? '')?.kind;
  if (!node || kind === 'start' || kind === 'container') return null;
  const size = sizeOf(node);
  const middle = { x: at.x + size.width / 2, y: at.y + size.height / 2 };
  const frame = graph.nodes.find((one) => {
    if (nodeTypes.get(one.type)?.kind !== 'container') return false;
    const place = absolutePosition(graph, one);
    const { width, height } = sizeOf(one);
    return middle.x > place.x && middle.x < place.x + width && middle.y > place.y && middle.y < place.y + height;
  });
  return frame?.key ?? null;
}
