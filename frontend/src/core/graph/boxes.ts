import { CARD, FRAME, type Graph, type GraphNode, type NodeTypes, type Position, type Size } from './document';
import { absolutePosition } from './frames';
import { cardHeight, portsIn } from './ports';

/** A place on the whole canvas. */
export interface Box extends Position, Size {}

/** How large a step is drawn. */
export function shownSize(graph: Graph, nodeTypes: NodeTypes, node: GraphNode): Size {
  const type = nodeTypes.get(node.type);
  if (type?.kind === 'container') return node.size ?? FRAME;
  return { width: CARD.width, height: cardHeight(portsIn(graph, node, type).length) };
}

export function boxOfStep(graph: Graph, nodeTypes: NodeTypes, node: GraphNode): Box {
  return { ...absolutePosition(graph, node), ...shownSize(graph, nodeTypes, node) };
}

/** The smallest box around all; null around nothing. */
export function around(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

export function covers(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && a.x + a.width > b.x && a.y < b.y + b.height && a.y + a.height > b.y;
}

/** Whether the middle of one box lies inside another. */
export function holdsMiddle(outer: Box, inner: Box): boolean {
  const x = inner.x + inner.width / 2;
  const y = inner.y + inner.height / 2;
  return x > outer.x && x < outer.x + outer.width && y > outer.y && y < outer.y + outer.height;
}

/** Without the steps that stand inside a frame that is meant too. */
export function outermost(graph: Graph, keys: readonly string[]): string[] {
  const chosen = new Set(keys);
  const parents = new Map(graph.nodes.map((node) => [node.key, node.parent]));
  return keys.filter((key) => {
    if (!parents.has(key)) return false;
    for (let parent = parents.get(key); parent; parent = parents.get(parent)) if (chosen.has(parent)) return false;
    return true;
  });
}
