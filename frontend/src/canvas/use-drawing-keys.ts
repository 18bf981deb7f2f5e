import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type RefObject, useEffect, useRef } from 'react';
import { sizeOf } from '@/core/graph/commands';
import type { LineEnd } from '@/core/graph/connect';
import { type Graph, nodeByKey } from '@/core/graph/document';
import { absolutePosition } from '@/core/graph/frames';
import type { Drawing, DrawingControl } from './use-drawing';
import { glide, isSeen } from './viewport';

const STEPS: Record<string, 1 | -1> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** While a line waits for its second end: arrows walk the places that fit, Enter draws, Escape gives up. */
export function useDrawingKeys(control: DrawingControl, box: RefObject<HTMLElement | null>, graph: Graph) {
  const flow = useReactFlow();
  const store = useStoreApi();

  const elementAt = ({ node, port }: LineEnd) =>
    box.current?.querySelector<HTMLElement>(
      `.react-flow__handle[data-nodeid="${CSS.escape(node)}"][data-handleid="${CSS.escape(port)}"]`,
    );
  const goTo = (place: LineEnd) => {
    control.consider(place);
    const node = nodeByKey(graph, place.node);
    if (!node) return;
    const at = { ...absolutePosition(graph, node), ...sizeOf(node) };
    const viewport = flow.getViewport();
    if (!isSeen(at, viewport, store.getState())) {
      const middle = { x: at.x + at.width / 2, y: at.y + at.height / 2 };
      void flow.setCenter(middle.x, middle.y, { zoom: viewport.zoom, duration: glide() });
    }
    // What came into view just now is drawn with the next frame.
    requestAnimationFrame(() => elementAt(place)?.focus({ preventScroll: true }));
  };
  const back = (held: LineEnd) => requestAnimationFrame(() => elementAt(held)?.focus({ preventScroll: true }));

  const onKey = (event: KeyboardEvent, drawing: Drawing) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { held, places, at } = drawing;
    const by = STEPS[event.key];
    if (by) {
      const index = places.findIndex((one) => one.node === at?.node && one.port === at.port);
      const first = by === 1 ? 0 : places.length - 1;
      const next = places[index < 0 ? first : (index + by + places.length) % places.length];
      if (next) goTo(next);
    } else if (event.key === 'Escape') {
      control.cancel();
      back(held);
    } else if ((event.key === 'Enter' || event.key === ' ') && at) {
      control.finish(at);
      back(held);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const { drawing } = control.store.getState();
      if (drawing?.how !== 'tap' || !(event.target instanceof Element)) return;
      // A button keeps the keys that press it, a field everything that is typed.
      const pressed = event.key === 'Enter' || event.key === ' ';
      if (event.key !== 'Escape' && event.target.closest(pressed ? 'button, input, textarea' : 'input, textarea'))
        return;
      latest.current(event, drawing);
    };
    // Before anything else that listens to arrows and Enter.
    document.addEventListener('keydown', listen, true);
    return () => document.removeEventListener('keydown', listen, true);
  }, [control]);
}
