import { startTransition, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { applyEvents } from '@/core/run/fold';
import { ended, type RunStep } from '@/core/run/model';
import { createRunOverlay, type RunOverlay } from '@/core/run/overlay';
import { createSpeeches, heard, type Piece, type SpeechStore, saidBy } from '@/core/run/said';
import { ApiError } from './client';
import { fetchEvents, fetchRun } from './runs';
import { openSocket, type SocketState } from './sockets';
import type { Run, RunEvent } from './types';

type Message =
  | { type: 'snapshot'; seq: number; run: Run }
  | { type: 'events'; from: number; to: number; events: RunEvent[] }
  | { type: 'said'; said: Piece[] }
  | { type: 'pong' };

/** Between two tellings: as often as the server sends, and where drawing takes long, half of the time is left for it. */
const PACE_MS = { least: 50, most: 500 };

/** Follows one run: snapshot, then numbered events; what is missing is read over HTTP. */
export class RunFollower {
  private run: Run | null = null;
  private waiting: RunEvent[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private restUntil = 0;
  private closeSocket: (() => void) | null = null;
  private filling = false;
  private stopped = false;

  constructor(
    private readonly id: string,
    private readonly tell: (run: Run) => void,
    private readonly fail: (error: unknown) => void,
    private readonly tellState: (state: SocketState) => void,
    private readonly tellSaid: (said: Piece[]) => void,
  ) {}

  async start(): Promise<void> {
    await this.reload();
    if (this.stopped || this.run === null || ended(this.run.status)) return;
    this.closeSocket = openSocket<Message>(`/ws/runs/${this.id}`, {
      onMessage: (message) => this.take(message),
      onState: this.tellState,
    });
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.closeSocket?.();
    this.closeSocket = null;
  }

  private async reload(): Promise<void> {
    try {
      this.show(await fetchRun(this.id));
    } catch (error) {
      if (!this.stopped) this.fail(error);
    }
  }

  private take(message: Message): void {
    if (message.type === 'snapshot') {
      if (this.run === null || message.seq >= this.run.seq) this.show(message.run);
      return;
    }
    if (message.type === 'said') this.tellSaid(message.said);
    if (message.type !== 'events') return;
    this.waiting.push(...message.events);
    this.schedule();
  }

  private schedule(): void {
    this.timer ??= setTimeout(
      () => {
        this.timer = null;
        const began = performance.now();
        this.fold();
        this.restUntil = began + PACE_MS.least;
        requestAnimationFrame(() => requestAnimationFrame(() => this.rest(began)));
      },
      Math.max(0, this.restUntil - performance.now()),
    );
  }

  /** The telling that began then has been drawn by now. */
  private rest(began: number): void {
    const now = performance.now();
    this.restUntil = Math.max(this.restUntil, now + Math.min(now - began, PACE_MS.most));
  }

  private fold(): void {
    if (this.run === null || this.waiting.length === 0) return;
    const { run, gap } = applyEvents(this.run, this.waiting);
    this.waiting = this.waiting.filter((event) => event.seq > run.seq);
    if (run !== this.run) this.show(run);
    if (gap !== null) void this.fill(gap);
  }

  private async fill(after: number): Promise<void> {
    if (this.filling) return;
    this.filling = true;
    try {
      const { events } = await fetchEvents(this.id, after);
      this.waiting.push(...events);
      if (!this.stopped) this.schedule();
    } catch (error) {
      // Not reachable just now: the next message, or the snapshot after coming back, closes the gap.
      if (!(error instanceof ApiError)) throw error;
    } finally {
      this.filling = false;
    }
  }

  private show(run: Run): void {
    if (this.stopped) return;
    this.run = run;
    this.tell(run);
    if (!ended(run.status)) return;
    this.closeSocket?.();
    this.closeSocket = null;
  }
}

export interface LiveRun {
  run: Run | null;
  error: unknown;
  state: SocketState;
  /** What the canvas draws from. */
  overlay: RunOverlay;
  /** What its steps are writing right now. */
  speeches: SpeechStore;
}

export function useLiveRun(id: string | null): LiveRun {
  const overlay = useMemo(createRunOverlay, []);
  const speeches = useMemo(createSpeeches, []);
  const [run, setRun] = useState<Run | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [state, setState] = useState<SocketState>('connecting');
  useEffect(() => {
    setRun(null);
    setError(null);
    overlay.clear();
    speeches.setState({}, true);
    if (id === null) return;
    const tell = (next: Run) => {
      overlay.show(next);
      // The lists beside the canvas may come a moment later: they must not hold up its next change.
      startTransition(() => setRun(next));
    };
    const listen = (said: Piece[]) => speeches.setState((known) => heard(known, said), true);
    const follower = new RunFollower(id, tell, setError, setState, listen);
    void follower.start();
    return () => follower.stop();
  }, [id, overlay, speeches]);
  return { run, error, state, overlay, speeches };
}

/** The text that a step has come to so far; empty once its result is there. */
export function useSaid(speeches: SpeechStore, step: RunStep | null | undefined): string {
  return useStore(speeches, (known) => saidBy(known, step));
}
