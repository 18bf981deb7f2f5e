import { useReactFlow, useStore, type Viewport } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { sizeOf } from '@/core/graph/commands';
import { type Graph, nodeByKey } from '@/core/graph/document';
import { absolutePosition } from '@/core/graph/frames';
import { hiddenSteps } from '@/core/graph/groups';
import { glide, isSeen } from './viewport';

interface Home {
  /** How much room there was. */
  width: number;
  view: Viewport;
  /** Where it was moved to from there. */
  moved: Viewport;
}

const same = (a: Viewport, b: Viewport) =>
  Math.abs(a.x - b.x) < 1 && Math.abs(a.y - b.y) < 1 && Math.abs(a.zoom - b.zoom) < 0.001;

/**
 * The one chosen step comes into view when it is chosen and when a panel takes room from the canvas; when the panel gives
 * the room back, the view is again what it was, unless somebody has moved it since.
 */
export function useKeepInView(graph: Graph, selected: readonly string[]) {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const ready = useStore((state) => state.panZoom !== null);
  const latest = useRef(graph);
  latest.current = graph;
  const room = useRef(0);
  const home = useRef<Home | null>(null);
  const only = selected.length === 1 ? selected[0] : undefined;

  useEffect(() => {
    if (!ready || width === 0) return;
    const before = room.current;
    room.current = width;
    const viewport = flow.getViewport();
    const back = home.current;
    if (back && !same(viewport, back.moved)) home.current = null;
    else if (back && width >= back.width) {
      home.current = null;
      void flow.setViewport(back.view, { duration: glide() });
      return;
    }
    const node = nodeByKey(latest.current, only);
    if (!node || hiddenSteps(latest.current).has(node.key)) return;
    const card = { ...absolutePosition(latest.current, node), ...sizeOf(node) };
    if (isSeen(card, viewport, { width, height })) return;
    const { zoom } = viewport;
    const moved = {
      x: width / 2 - (card.x + card.width / 2) * zoom,
      y: height / 2 - (card.y + card.height / 2) * zoom,
      zoom,
    };
    if (home.current) home.current.moved = moved;
    else if (width < before) home.current = { width: before, view: viewport, moved };
    void flow.setViewport(moved, { duration: glide() });
  }, [flow, only, ready, width, height]);
}
