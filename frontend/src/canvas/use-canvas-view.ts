import { useReactFlow } from '@xyflow/react';
import { type Ref, type RefObject, useImperativeHandle } from 'react';
import type { Graph, NodeTypes, Position } from '@/core/graph/document';
import { wayOn } from '@/core/graph/fitting';
import { NOTE_PREFIX } from './flow-mapper';
import type { DrawingControl } from './use-drawing';
import { useFit } from './use-opening-view';
import { glide } from './viewport';

/** What menus do with the canvas itself. */
export interface CanvasView {
  /** Where the middle of what is seen lies on the canvas. */
  middle(): Position;
  fit(): void;
  /** Takes hold of a line at this step; a tap or Enter elsewhere ends it. */
  holdLine(step: string): void;
  writeNote(note: string): void;
  showNote(note: string): void;
  /** Gives the keys back to the canvas. */
  focus(): void;
}

export function useCanvasView(
  ref: Ref<CanvasView> | undefined,
  box: RefObject<HTMLElement | null>,
  graph: Graph,
  nodeTypes: NodeTypes,
  drawing: DrawingControl,
) {
  const flow = useReactFlow();
  const fit = useFit();
  useImperativeHandle(
    ref,
    () => ({
      middle() {
        const at = box.current?.getBoundingClientRect();
        return flow.screenToFlowPosition({
          x: (at?.x ?? 0) + (at?.width ?? 0) / 2,
          y: (at?.y ?? 0) + (at?.height ?? 0) / 2,
        });
      },
      fit,
      holdLine(step) {
        const port = wayOn(graph, nodeTypes, step);
        if (port) drawing.begin({ node: step, port }, 'out', 'tap');
      },
      showNote(note) {
        void flow.fitView({ nodes: [{ id: NOTE_PREFIX + note }], duration: glide(), minZoom: 0.5, maxZoom: 1 });
      },
      focus() {
        const chosen = box.current?.querySelector<HTMLElement>('[data-step][data-selected]');
        if (chosen) chosen.focus({ preventScroll: true });
        else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      },
      // A note is opened as a person opens it: what happens then is its own matter.
      writeNote(note) {
        const card = box.current?.querySelector(`.react-flow__node[data-id="${CSS.escape(NOTE_PREFIX + note)}"] > *`);
        card?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
      },
    }),
    [box, flow, fit, graph, nodeTypes, drawing],
  );
}
