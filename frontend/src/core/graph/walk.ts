import { sizeOf } from './commands';
import { type Graph, type GraphNode, nodeByKey, type Position } from './document';
import { absolutePosition } from './frames';
import { readingOrder } from './order';

export type Direction = 'left' | 'right' | 'up' | 'down';

const AHEAD: Record<Direction, Position> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

/** What stands beside weighs this much more than what stands ahead, so that an arrow keeps to its row. */
const ASIDE = 2;

/** The step an arrow leads to: the nearest one in its direction; the first of all where none is chosen yet. */
export function neighbourOf(graph: Graph, key: string | undefined, direction: Direction): string | null {
  const from = nodeByKey(graph, key);
  if (!from) return readingOrder(graph)[0]?.key ?? null;
  const here = middleOf(graph, from);
  const way = AHEAD[direction];
  let nearest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const node of graph.nodes) {
    const there = middleOf(graph, node);
    const [x, y] = [there.x - here.x, there.y - here.y];
    const ahead = x * way.x + y * way.y;
    const aside = Math.abs(x * way.y) + Math.abs(y * way.x);
    const distance = ahead + ASIDE * aside;
    if (node.key === from.key || ahead <= 0 || ahead < aside / 2 || distance >= least) continue;
    nearest = node.key;
    least = distance;
  }
  return nearest;
}

function middleOf(graph: Graph, node: GraphNode): Position {
  const { x, y } = absolutePosition(graph, node);
  const { width, height } = sizeOf(node);
  return { x: x + width / 2, y: y + height / 2 };
}
