import { applyPatches, enablePatches, type Patch, produceWithPatches } from 'immer';

enablePatches();

/** How many edits can be taken back. */
export const DEPTH = 200;
/** Edits of the same place within this many milliseconds are one entry. */
export const PAUSE_MS = 800;

export interface Entry {
  label: string;
  redo: Patch[];
  undo: Patch[];
  at: number;
  /** Edits with the same place shortly after each other are one entry: typing in one field, an arrow-key burst. */
  place: string | null;
}

export interface History<T> {
  present: T;
  past: Entry[];
  future: Entry[];
}

export interface Edit {
  label: string;
  place?: string;
  at: number;
}

export function startHistory<T>(present: T): History<T> {
  return { present, past: [], future: [] };
}

/** Applies the recipe and remembers how to take it back. A recipe that changes nothing leaves the same history. */
export function edit<T extends object>(history: History<T>, what: Edit, recipe: (draft: T) => void): History<T> {
  const [present, redo, undo] = produceWithPatches(history.present, (draft) => {
    recipe(draft as T);
  });
  if (redo.length === 0) return history;
  const last = history.past.at(-1);
  const place = what.place ?? null;
  if (last && place !== null && last.place === place && what.at - last.at < PAUSE_MS) {
    const merged: Entry = { ...last, redo: [...last.redo, ...redo], undo: [...undo, ...last.undo], at: what.at };
    return { present: present as T, past: [...history.past.slice(0, -1), merged], future: [] };
  }
  const entry: Entry = { label: what.label, redo, undo, at: what.at, place };
  return { present: present as T, past: [...history.past, entry].slice(-DEPTH), future: [] };
}

export function undo<T extends object>(history: History<T>): History<T> {
  const entry = history.past.at(-1);
  if (!entry) return history;
  return {
    present: applyPatches(history.present, entry.undo) as T,
    past: history.past.slice(0, -1),
    future: [...history.future, { ...entry, place: null }],
  };
}

export function redo<T extends object>(history: History<T>): History<T> {
  const entry = history.future.at(-1);
  if (!entry) return history;
  return {
    present: applyPatches(history.present, entry.redo) as T,
    past: [...history.past, { ...entry, place: null }],
    future: history.future.slice(0, -1),
  };
}
