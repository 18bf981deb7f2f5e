/** Saving by itself: one save in flight, a pause after the last edit, growing waits when the server is away, a stop on conflict. */

import { ApiError } from '@/api/client';
import { onSignedInAgain } from '@/api/session-end';
import type { Draft, DraftSaved, Graph } from '@/api/types';

export const PAUSE_MS = 800;
const LONGEST_WAIT_MS = 30_000;

export interface Conflict {
  by: string | null;
  at: string;
  token: string;
}

/** What a refused save tells of the document on the server. */
interface Current {
  changed_by: { name: string } | null;
  changed_at: string;
  token: string;
}

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  | { kind: 'offline' }
  | { kind: 'refused'; message: string }
  | { kind: 'conflict'; conflict: Conflict };

export interface AutosaveOptions {
  token: string;
  save(graph: Graph, token: string): Promise<DraftSaved>;
  onState(state: SaveState): void;
  onSaved(saved: DraftSaved): void;
}

export class Autosave {
  private current: string;
  private pending: Graph | null = null;
  private flight: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private frozen = false;

  constructor(private readonly options: AutosaveOptions) {
    this.current = options.token;
  }

  /** Names the document on the server that the next save replaces. */
  get token(): string {
    return this.current;
  }

  /** Waits for the answer to the save that is on its way, if one is. */
  async settled(): Promise<void> {
    await this.flight;
  }

  get dirty(): boolean {
    return this.pending !== null || this.flight !== null;
  }

  /** A person changed the document; it is saved after a pause. */
  changed(graph: Graph): void {
    this.pending = graph;
    if (this.frozen) return;
    if (!this.flight) this.options.onState({ kind: 'unsaved' });
    this.failures = 0;
    this.schedule(PAUSE_MS);
  }

  /** Saves now and waits until nothing is unsaved or saving is not possible. True: everything is saved. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    await this.flight;
    while (this.pending && !this.frozen) {
      const failures = this.failures;
      await this.start();
      if (this.failures > failures) break;
    }
    clearTimeout(this.timer);
    return this.pending === null;
  }

  /** Goes on after a conflict: with the other's token my document replaces theirs. */
  keepMine(token: string): Promise<boolean> {
    this.current = token;
    this.frozen = false;
    return this.flush();
  }

  /** Goes on after a conflict, or a restore, with the server's document; mine is dropped. */
  takeTheirs(draft: Pick<Draft, 'token'>): void {
    this.current = draft.token;
    this.pending = null;
    this.frozen = false;
    this.options.onState({ kind: 'saved' });
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private schedule(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.start(), wait);
  }

  private start(): Promise<void> {
    // What changed meanwhile is saved by `settle` of the save in flight.
    this.flight ??= this.send().finally(() => {
      this.flight = null;
    });
    return this.flight;
  }

  private async send(): Promise<void> {
    const graph = this.pending;
    if (!graph || this.frozen) return;
    this.options.onState({ kind: 'saving' });
    try {
      const saved = await this.options.save(graph, this.current);
      this.current = saved.token;
      this.failures = 0;
      if (this.pending === graph) this.pending = null;
      this.options.onSaved(saved);
      this.options.onState(this.pending ? { kind: 'unsaved' } : { kind: 'saved' });
      if (this.pending) this.schedule(PAUSE_MS);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.fail(error);
    }
  }

  private fail(error: ApiError): void {
    this.failures += 1;
    const current = error.problem.current as Current | undefined;
    if (error.status === 409 && current) {
      this.frozen = true;
      const conflict = { by: current.changed_by?.name ?? null, at: current.changed_at, token: current.token };
      this.options.onState({ kind: 'conflict', conflict });
      return;
    }
    if (error.status === 401) {
      // The page asks to sign in again; then what is here is saved.
      this.options.onState({ kind: 'unsaved' });
      onSignedInAgain(() => void this.start());
      return;
    }
    const away = error.status === 0 || error.status >= 500 || error.status === 429;
    this.options.onState(away ? { kind: 'offline' } : { kind: 'refused', message: error.message });
    if (away) this.schedule(Math.min(LONGEST_WAIT_MS, PAUSE_MS * 2 ** this.failures));
  }
}
