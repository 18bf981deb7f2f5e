import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect, useRef } from 'react';
import { nodeByKey, SNAP } from '@/core/graph/document';
import { wayOn } from '@/core/graph/fitting';
import { portsOf } from '@/core/graph/ports';
import { type Direction, neighbourOf } from '@/core/graph/walk';
import type { CanvasWorld } from './canvas-context';
import { type FlowNode, type LineFlowEdge, NOTE_PREFIX } from './flow-mapper';
import { useFit } from './use-opening-view';
import { glide } from './viewport';

const ARROWS: Record<string, { by: [number, number]; direction: Direction }> = {
  ArrowLeft: { by: [-SNAP, 0], direction: 'left' },
  ArrowRight: { by: [SNAP, 0], direction: 'right' },
  ArrowUp: { by: [0, -SNAP], direction: 'up' },
  ArrowDown: { by: [0, SNAP], direction: 'down' },
};

export interface CanvasKeysOptions {
  box: RefObject<HTMLElement | null>;
  world: CanvasWorld;
  selected: readonly string[];
  onSelect(keys: string[]): void;
  onMenuKey(): void;
  nodes: readonly FlowNode[];
  edges: readonly LineFlowEdge[];
}

/** Something lies over the canvas: its keys are its own. */
const covered = () => document.querySelector('[role="dialog"], [role="menu"]') !== null;

/** Keys while the focus is on the canvas or nowhere, but not in something one types into. */
export function useCanvasKeys(options: CanvasKeysOptions) {
  const { box } = options;
  const flow = useReactFlow();
  const fitAll = useFit();

  const remove = () => {
    const { edges, nodes, selected, world } = options;
    const lines = edges.filter((edge) => edge.selected).map((edge) => edge.id);
    const notes = nodes
      .filter((node) => node.type === 'note' && node.selected)
      .map((node) => node.id.slice(NOTE_PREFIX.length));
    if (selected.length + lines.length + notes.length > 0)
      world.editing?.onDelete({ steps: [...selected], lines, notes });
  };

  const move = (by: [number, number], direction: Direction) => {
    const { world, selected } = options;
    const moved = selected.flatMap((key) => {
      const node = nodeByKey(world.graph, key);
      // The inside of a frame goes with it.
      if (!node || (node.parent !== null && selected.includes(node.parent))) return [];
      return [{ key, position: { x: node.position.x + by[0], y: node.position.y + by[1] } }];
    });
    world.editing?.onMove(moved, direction);
  };

  const walk = (direction: Direction, extend: boolean) => {
    const { world, selected, onSelect } = options;
    const next = neighbourOf(world.graph, selected.at(-1), direction);
    if (!next) return;
    onSelect(extend ? [...selected.filter((key) => key !== next), next] : [next]);
    // A screen reader hears where it has come to; what was out of view is drawn with the next frame.
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(next)}"]`)?.focus({ preventScroll: true }),
    );
  };

  /** Takes hold of a line at the step's first free way out, and of the next way with every further press. */
  const hold = (key: string) => {
    const { graph, nodeTypes, drawing } = options.world;
    const node = nodeByKey(graph, key);
    if (!node) return;
    const held = drawing.store.getState().drawing?.held;
    const ports = portsOf(node, nodeTypes.get(node.type)).map((port) => port.key);
    const next =
      held?.node === key ? ports[(ports.indexOf(held.port) + 1) % ports.length] : wayOn(graph, nodeTypes, key);
    if (next) drawing.begin({ node: key, port: next }, 'out', 'tap');
  };

  const onArrow = (event: KeyboardEvent, { by, direction }: (typeof ARROWS)[string] & object) => {
    if (event.altKey || event.shiftKey) walk(direction, event.shiftKey);
    else if (options.world.editing && options.selected.length > 0) move(by, direction);
    else walk(direction, false);
  };

  const onKey = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    const { world, selected, onSelect, onMenuKey } = options;
    // A click on empty space leaves the focus on the page around the canvas.
    if (event.defaultPrevented || !(box.current?.contains(target) || target.contains(box.current))) return;
    if (covered() || target.closest('input, textarea, [contenteditable="true"]')) return;
    if (event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    const onButton = target.closest('button, [role="button"]') !== null;
    const [first] = selected;
    if (arrow) onArrow(event, arrow);
    else if (event.altKey) return;
    else if (event.key === 'Delete' || event.key === 'Backspace') remove();
    else if (event.key === 'Enter' && first && !onButton) world.openStep(first);
    else if (event.key === 'Escape' && selected.length > 0) onSelect([]);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) onMenuKey();
    else if (event.key.toLowerCase() === 'l' && first && world.editing) hold(first);
    else if (event.key.toLowerCase() === 'f') fitAll();
    else if (event.key === '+' || event.key === '=') void flow.zoomIn({ duration: glide() });
    else if (event.key === '-') void flow.zoomOut({ duration: glide() });
    else if (event.key === '0') void flow.zoomTo(1, { duration: glide() });
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
