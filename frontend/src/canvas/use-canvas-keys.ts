import { type RefObject, useEffect, useRef } from 'react';
import { type Graph, nodeByKey, SNAP } from '@/core/graph/document';
import type { CanvasEditing } from './canvas-context';
import { type FlowNode, type LineFlowEdge, NOTE_PREFIX } from './flow-mapper';
import { useFit } from './use-opening-view';

const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface CanvasKeysOptions {
  box: RefObject<HTMLElement | null>;
  graph: Graph;
  selected: readonly string[];
  editing: CanvasEditing | null;
  openStep(key: string): void;
  onSelect(keys: string[]): void;
  nodes: readonly FlowNode[];
  edges: readonly LineFlowEdge[];
}

/** Keys while the focus is on the canvas or nowhere, but not in something one types into. */
export function useCanvasKeys({ box, graph, selected, editing, openStep, onSelect, nodes, edges }: CanvasKeysOptions) {
  const fitAll = useFit();

  const remove = () => {
    const lines = edges.filter((edge) => edge.selected).map((edge) => edge.id);
    const notes = nodes
      .filter((node) => node.type === 'note' && node.selected)
      .map((node) => node.id.slice(NOTE_PREFIX.length));
    if (selected.length + lines.length + notes.length > 0) editing?.onDelete({ steps: [...selected], lines, notes });
  };

  const onKey = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    // A click on a step leaves the focus on the page around the canvas.
    if (event.defaultPrevented || !(box.current?.contains(target) || target.contains(box.current))) return;
    if (document.querySelector('[role="dialog"]')) return;
    if (target.closest('input, textarea, [contenteditable="true"], [role="menu"], [role="dialog"]')) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const onButton = target.closest('button') !== null;
    const [first] = selected;
    if (event.key === 'Delete' || event.key === 'Backspace') remove();
    else if (arrow && editing && selected.length > 0) {
      const step = SNAP * (event.shiftKey ? 4 : 1);
      const moved = selected.flatMap((key) => {
        const node = nodeByKey(graph, key);
        if (!node) return [];
        return [{ key, position: { x: node.position.x + arrow[0] * step, y: node.position.y + arrow[1] * step } }];
      });
      editing.onMove(moved, 'keys');
    } else if (event.key === 'Enter' && first && !onButton) openStep(first);
    else if (event.key === 'Escape' && selected.length > 0) onSelect([]);
    else if (event.key.toLowerCase() === 'f') fitAll();
    else return;
    event.preventDefault();
  };

  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
