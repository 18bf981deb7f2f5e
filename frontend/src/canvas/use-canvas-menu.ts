import { useReactFlow } from '@xyflow/react';
import type { MouseEvent, RefObject } from 'react';
import type { Position } from '@/core/graph/document';
import { NOTE_PREFIX } from './flow-mapper';
import { GROUP_PREFIX } from './group-flow';

/** What a menu was asked for. */
export type MenuTarget =
  | { kind: 'steps'; keys: string[] }
  | { kind: 'line'; line: string }
  | { kind: 'note'; note: string }
  | { kind: 'group'; group: string }
  | { kind: 'canvas' };

export interface MenuAt {
  target: MenuTarget;
  /** On the screen. */
  point: Position;
  /** The same place on the canvas. */
  place: Position;
}

/** Finds out what was clicked with the other button (or asked for by key), and where. */
export function useCanvasMenu(
  box: RefObject<HTMLElement | null>,
  selected: readonly string[],
  onSelect: (keys: string[]) => void,
  onMenu: ((menu: MenuAt) => void) | undefined,
) {
  const flow = useReactFlow();
  const open = (target: MenuTarget, point: Position) =>
    onMenu?.({ target, point, place: flow.screenToFlowPosition(point) });

  const steps = (key: string): MenuTarget => {
    if (selected.includes(key)) return { kind: 'steps', keys: [...selected] };
    onSelect([key]);
    return { kind: 'steps', keys: [key] };
  };
  const targetOf = (under: Element): MenuTarget | null => {
    const line = under.closest<HTMLElement>('[data-line]')?.dataset.line;
    if (line) return { kind: 'line', line };
    const edge = under.closest('.react-flow__edge')?.getAttribute('data-id');
    if (edge) return { kind: 'line', line: edge };
    const node = under.closest<HTMLElement>('.react-flow__node')?.dataset.id;
    if (node?.startsWith(NOTE_PREFIX)) return { kind: 'note', note: node.slice(NOTE_PREFIX.length) };
    if (node?.startsWith(GROUP_PREFIX)) return { kind: 'group', group: node.slice(GROUP_PREFIX.length) };
    if (node) return steps(node);
    return under.closest('.react-flow') ? { kind: 'canvas' } : null;
  };

  return {
    onContextMenu(event: MouseEvent) {
      const under = event.target as Element;
      if (!onMenu || under.closest('textarea, input')) return;
      const target = targetOf(under);
      if (!target) return;
      event.preventDefault();
      open(target, { x: event.clientX, y: event.clientY });
    },
    /** Beside the first chosen step, else in the middle. */
    onMenuKey() {
      const [first] = selected;
      const card = first && box.current?.querySelector(`[data-step="${CSS.escape(first)}"]`);
      const at = (card || box.current)?.getBoundingClientRect();
      if (!at) return;
      const point = card ? { x: at.right, y: at.top } : { x: at.x + at.width / 2, y: at.y + at.height / 2 };
      open(first ? { kind: 'steps', keys: [...selected] } : { kind: 'canvas' }, point);
    },
  };
}
