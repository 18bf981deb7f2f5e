import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { sizeOf } from '@/core/graph/commands';
import { type Graph, nodeByKey } from '@/core/graph/document';
import { absolutePosition } from '@/core/graph/frames';
import { glide } from './viewport';

const MARGIN = 24;

/** The one chosen step comes into view when it is chosen and when a panel takes room from the canvas. */
export function useKeepInView(graph: Graph, selected: readonly string[]) {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const latest = useRef(graph);
  latest.current = graph;
  const only = selected.length === 1 ? selected[0] : undefined;

  useEffect(() => {
    const node = nodeByKey(latest.current, only);
    if (!node || width === 0) return;
    const { x, y, zoom } = flow.getViewport();
    const at = absolutePosition(latest.current, node);
    const size = sizeOf(node);
    const left = at.x * zoom + x;
    const top = at.y * zoom + y;
    const seen =
      left >= MARGIN &&
      top >= MARGIN &&
      left + size.width * zoom <= width - MARGIN &&
      top + size.height * zoom <= height - MARGIN;
    if (!seen) void flow.setCenter(at.x + size.width / 2, at.y + size.height / 2, { zoom, duration: glide() });
  }, [flow, only, width, height]);
}
