/** The many times a step of a loop ran: which ways they took, and where one of them stands among the others. */
import type { RunStep } from './model';

/** The ways the times of a step took, each with how many, in order of appearance; of one way only there is no choice. */
export function waysOf(times: readonly RunStep[]): [port: string, count: number][] {
  const ways = new Map<string, number>();
  for (const step of times) if (step.port !== null) ways.set(step.port, (ways.get(step.port) ?? 0) + 1);
  return ways.size > 1 ? [...ways] : [];
}

export interface Place {
  /** Counted from one. */
  number: number;
  count: number;
  before: RunStep | undefined;
  after: RunStep | undefined;
}

export function placeOf(times: readonly RunStep[], step: RunStep): Place {
  const index = times.findIndex((one) => one.step === step.step);
  return { number: index + 1, count: times.length, before: times[index - 1], after: times[index + 1] };
}
