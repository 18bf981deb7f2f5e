/** A run told again from its events: what it looked like at any moment. */
import { applyEvents } from './fold';
import type { Run, RunEvent } from './model';

/** Every so many events a state is kept, so that no moment is far from one. */
const APART = 200;

export interface Replay {
  /** How many moments there are; before the first one nothing had happened. */
  readonly length: number;
  /** The run after so many events. */
  at(count: number): Run;
  /** The event that led to it; none at the beginning. */
  event(count: number): RunEvent | undefined;
}

export function replayOf(run: Run, events: readonly RunEvent[]): Replay {
  const before: Run = {
    ...run,
    seq: 0,
    status: 'queued',
    steps: [],
    calls: [],
    ended_at: null,
    waiting_for: null,
    error: null,
  };
  const kept: Run[] = [before];
  const keep = (index: number): Run => {
    for (let next = kept.length; next <= index; next += 1) {
      const last = kept[next - 1] as Run;
      kept.push(applyEvents(last, events.slice((next - 1) * APART, next * APART)).run);
    }
    return kept[index] as Run;
  };
  return {
    length: events.length,
    at(count) {
      const index = Math.floor(count / APART);
      return applyEvents(keep(index), events.slice(index * APART, count)).run;
    },
    event: (count) => events[count - 1],
  };
}
