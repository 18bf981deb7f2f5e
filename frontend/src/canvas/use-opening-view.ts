import { type ReactFlowInstance, useReactFlow, useStore, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect, useState } from 'react';
import { portsOf } from '@/core/graph/ports';
import type { FlowNode, LineFlowEdge } from './flow-mapper';
import { fitView, glide, openingView } from './viewport';

/** Chooses the first view, once: when the canvas has its size and the first step is there. Gives whether it has. */
export function useOpeningView(nodes: readonly FlowNode[]): boolean {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const ready = useStore((state) => state.panZoom !== null);
  const [opened, setOpened] = useState(false);

  useEffect(() => {
    const outer = nodes.filter((node) => !node.parentId);
    const first = outer.find(isPlace);
    if (opened || !ready || width === 0 || height === 0 || !first) return;
    const room = { width, height };
    void flow.setViewport(openingView(boundsOf(outer), boundsOf([first]), room));
    setOpened(true);
  }, [flow, nodes, ready, width, height, opened]);

  return opened || !nodes.some(isPlace);
}

function isPlace(node: FlowNode): boolean {
  return node.type === 'step' || node.type === 'frame';
}

/** Brings everything into view. */
export function useFit(): () => void {
  const flow: ReactFlowInstance<FlowNode, LineFlowEdge> = useReactFlow();
  const store = useStoreApi();
  return useCallback(() => {
    const { width, height } = store.getState();
    const outer = flow.getNodes().filter((node) => !node.parentId);
    if (outer.length > 0) void flow.setViewport(fitView(boundsOf(outer), { width, height }), { duration: glide() });
  }, [flow, store]);
}

function boundsOf(nodes: readonly FlowNode[]) {
  const x = Math.min(...nodes.map((node) => node.position.x));
  const y = Math.min(...nodes.map((node) => node.position.y));
  const right = Math.max(...nodes.map((node) => node.position.x + (node.width ?? 0) + stubOf(node)));
  const bottom = Math.max(...nodes.map((node) => node.position.y + (node.height ?? 0)));
  return { x, y, width: right - x, height: bottom - y };
}

/** How far the ways out that lead nowhere yet stand out on the right. */
function stubOf(node: FlowNode): number {
  if (node.type === 'note' || node.type === 'group-box') return 0;
  const taken = node.data.taken.split(' ');
  const free = portsOf(node.data.node, node.data.type).filter((port) => !taken.includes(port.key));
  return free.length === 0 ? 0 : 40 + Math.max(...free.map((port) => port.label.length * 8));
}
