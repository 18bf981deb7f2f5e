/** What steps are writing right now. It is provisional: the step's result takes its place, and nothing keeps it. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunStep } from './model';

/** A piece of text as it comes; from 0 on it is all of it. */
export interface Piece {
  step: number;
  attempt: number;
  from: number;
  text: string;
}

interface Said {
  attempt: number;
  text: string;
}

export type Speeches = Readonly<Record<number, Said>>;
export type SpeechStore = StoreApi<Speeches>;

export function createSpeeches(): SpeechStore {
  return createStore<Speeches>(() => ({}));
}

/** What is known with these pieces. One that does not fit is dropped: soon all of the text is sent again. */
export function heard(known: Speeches, pieces: readonly Piece[]): Speeches {
  let next = known;
  for (const { step, attempt, from, text } of pieces) {
    const before = next[step];
    const same = before?.attempt === attempt;
    if (from > 0 && !(same && from <= before.text.length)) continue;
    if (before && attempt < before.attempt) continue;
    next = { ...next, [step]: { attempt, text: (same ? before.text.slice(0, from) : '') + text } };
  }
  return next;
}

/** The text of a step that is at work; another try begins anew. */
export function saidBy(known: Speeches, step: RunStep | null | undefined): string {
  const said = step?.status === 'running' ? known[step.step] : undefined;
  return said && said.attempt === step?.attempt ? said.text : '';
}
