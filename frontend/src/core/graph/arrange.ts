/** Lining up what is chosen. Steps never come to lie upon each other: what would, moves on along the other axis. */

import { around, type Box, boxOfStep, covers, outermost } from './boxes';
import type { Placed } from './commands';
import { type Graph, type NodeTypes, nodeByKey } from './document';
import { hiddenSteps } from './groups';

export const EDGES = ['left', 'centre', 'right', 'top', 'middle', 'bottom'] as const;
export type Edge = (typeof EDGES)[number];
export type Axis = 'across' | 'down';

/** The least distance between two steps that were lined up or spread. */
const GAP = 24;

/** How many of these can be lined up: what is hidden, and what stands inside of another one, goes with it. */
export function arrangeable(graph: Graph, keys: readonly string[]): string[] {
  const hidden = hiddenSteps(graph);
  return outermost(graph, keys).filter((key) => !hidden.has(key));
}

export function align(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[], edge: Edge): Placed[] {
  const boxes = boxesOf(graph, nodeTypes, keys);
  const all = around([...boxes.values()]);
  if (!all || boxes.size < 2) return [];
  const across = edge === 'left' || edge === 'centre' || edge === 'right';
  const share = edge === 'left' || edge === 'top' ? 0 : edge === 'right' || edge === 'bottom' ? 1 : 0.5;
  const [start, size, other, otherSize] = across
    ? (['x', 'width', 'y', 'height'] as const)
    : (['y', 'height', 'x', 'width'] as const);
  const placed = new Map<string, Box>();
  for (const [key, box] of [...boxes].sort(([, a], [, b]) => a[other] - b[other])) {
    const next = { ...box, [start]: all[start] + (all[size] - box[size]) * share };
    for (const before of placed.values()) {
      if (covers(before, next)) next[other] = before[other] + before[otherSize] + GAP;
    }
    placed.set(key, next);
  }
  return placesOf(graph, boxes, placed);
}

/** The same distance between neighbours; the first stays, and the last too where there is room. */
export function distribute(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[], axis: Axis): Placed[] {
  const boxes = boxesOf(graph, nodeTypes, keys);
  const all = around([...boxes.values()]);
  if (!all || boxes.size < 3) return [];
  const [start, size] = axis === 'across' ? (['x', 'width'] as const) : (['y', 'height'] as const);
  const used = [...boxes.values()].reduce((sum, box) => sum + box[size], 0);
  const gap = Math.max((all[size] - used) / (boxes.size - 1), GAP);
  const placed = new Map<string, Box>();
  let at = all[start];
  for (const [key, box] of [...boxes].sort(([, a], [, b]) => a[start] - b[start])) {
    placed.set(key, { ...box, [start]: at });
    at += box[size] + gap;
  }
  return placesOf(graph, boxes, placed);
}

function boxesOf(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[]): Map<string, Box> {
  return new Map(
    arrangeable(graph, keys).flatMap((key): [string, Box][] => {
      const node = nodeByKey(graph, key);
      return node ? [[key, boxOfStep(graph, nodeTypes, node)]] : [];
    }),
  );
}

/** Positions inside of a frame count from the frame. */
function placesOf(graph: Graph, before: ReadonlyMap<string, Box>, after: ReadonlyMap<string, Box>): Placed[] {
  return [...after].flatMap(([key, box]) => {
    const [node, was] = [nodeByKey(graph, key), before.get(key)];
    if (!node || !was) return [];
    return [{ key, position: { x: node.position.x + box.x - was.x, y: node.position.y + box.y - was.y } }];
  });
}
