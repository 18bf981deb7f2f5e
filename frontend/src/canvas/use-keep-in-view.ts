import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { sizeOf } from '@/core/graph/commands';
import { type Graph, nodeByKey } from '@/core/graph/document';
import { absolutePosition } from '@/core/graph/frames';
import { hiddenSteps } from '@/core/graph/groups';
import { glide, isSeen } from './viewport';

/** The one chosen step comes into view when it is chosen and when a panel takes room from the canvas. */
export function useKeepInView(graph: Graph, selected: readonly string[]) {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const ready = useStore((state) => state.panZoom !== null);
  const latest = useRef(graph);
  latest.current = graph;
  const only = selected.length === 1 ? selected[0] : undefined;

  useEffect(() => {
    const node = nodeByKey(latest.current, only);
    if (!node || !ready || width === 0 || hiddenSteps(latest.current).has(node.key)) return;
    const viewport = flow.getViewport();
    const card = { ...absolutePosition(latest.current, node), ...sizeOf(node) };
    if (isSeen(card, viewport, { width, height })) return;
    const middle = { x: card.x + card.width / 2, y: card.y + card.height / 2 };
    void flow.setCenter(middle.x, middle.y, { zoom: viewport.zoom, duration: glide() });
  }, [flow, only, ready, width, height]);
}
