import { type DragEvent, useSyncExternalStore } from 'react';
import type { Source } from '@/core/graph/mapping';

/** Says that what is being dragged is a value of an earlier step; browsers hide the value itself until the drop. */
export const FORMULA_DRAG = 'application/x-tutti-formula';

let dragged: Source | null = null;
const listeners = new Set<() => void>();

function set(next: Source | null) {
  dragged = next;
  for (const listener of listeners) listener();
}

/** The value that is being dragged right now. */
export const draggedSource = () => dragged;

export function useDragged(): Source | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, draggedSource);
}

/** Makes an element the handle of a value. */
export function dragHandle(source: Source) {
  return {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.setData(FORMULA_DRAG, source.formula);
      event.dataTransfer.setData('text/plain', source.formula);
      event.dataTransfer.effectAllowed = 'copy';
      // Only then: what changes while a drag begins can end it.
      setTimeout(() => set(source));
    },
    onDragEnd: () => set(null),
  };
}
