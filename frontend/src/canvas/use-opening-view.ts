import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import type { FlowNode } from './flow-mapper';
import { openingView } from './viewport';

/** Chooses the first view, once: when the canvas has its size and the first step is there. */
export function useOpeningView(nodes: readonly FlowNode[]) {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const ready = useStore((state) => state.panZoom !== null);
  const opened = useRef(false);

  useEffect(() => {
    const outer = nodes.filter((node) => !node.parentId);
    const first = outer.find((node) => node.type !== 'note');
    if (opened.current || !ready || width === 0 || height === 0 || !first) return;
    opened.current = true;
    const room = { width, height };
    void flow.setViewport(openingView(boundsOf(outer), boundsOf([first]), room));
  }, [flow, nodes, ready, width, height]);
}

function boundsOf(nodes: readonly FlowNode[]) {
  const x = Math.min(...nodes.map((node) => node.position.x));
  const y = Math.min(...nodes.map((node) => node.position.y));
  const right = Math.max(...nodes.map((node) => node.position.x + (node.width ?? 0)));
  const bottom = Math.max(...nodes.map((node) => node.position.y + (node.height ?? 0)));
  return { x, y, width: right - x, height: bottom - y };
}
