/** When each step of a run worked, as parts of the whole. */
import type { RunStep } from './model';

export interface Bar {
  step: RunStep;
  /** Where the bar begins and how long it is, in percent of the run. */
  left: number;
  width: number;
  milliseconds: number;
}

const THINNEST = 0.6;

export function timeline(
  run: { created_at: string; ended_at: string | null; steps: readonly RunStep[] },
  now: Date,
): Bar[] {
  const times = (step: RunStep): [number, number] | null => {
    if (step.started_at === null) return null;
    const from = Date.parse(step.started_at);
    return [from, step.ended_at === null ? Math.max(now.getTime(), from) : Date.parse(step.ended_at)];
  };
  const spans = run.steps.map((step) => ({ step, span: times(step) })).filter((one) => one.span !== null);
  if (spans.length === 0) return [];
  const begin = Math.min(...spans.map(({ span }) => span?.[0] ?? 0));
  const end = Math.max(...spans.map(({ span }) => span?.[1] ?? 0));
  const whole = Math.max(end - begin, 1);
  return spans.map(({ step, span }) => {
    const [from, to] = span ?? [begin, begin];
    const left = Math.min(((from - begin) / whole) * 100, 100 - THINNEST);
    const width = Math.min(Math.max(((to - from) / whole) * 100, THINNEST), 100 - left);
    return { step, left, width, milliseconds: to - from };
  });
}

/** Shorter runs have no step that is worth a word. */
const LONG_MS = 1000;
/** The part of all the time from which a step is what takes long. */
const LARGE_PART = 0.4;

/** The step that took most of the time of a run, where one did; loops are no steps of their own. */
export function longest(bars: readonly Bar[]): RunStep | null {
  const single = bars.filter(({ step }) => step.count === null);
  if (single.length < 3) return null;
  const whole = single.reduce((sum, bar) => sum + bar.milliseconds, 0);
  const most = single.reduce((a, b) => (b.milliseconds > a.milliseconds ? b : a));
  return most.milliseconds >= LONG_MS && most.milliseconds >= whole * LARGE_PART ? most.step : null;
}
