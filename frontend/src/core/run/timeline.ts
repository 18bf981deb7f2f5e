/** When each step of a run worked, as parts of the whole. */
import type { RunCall, RunStep } from './model';

export interface Bar {
  step: RunStep;
  /** Where the bar begins and how long it is, in percent of the run. */
  left: number;
  width: number;
  milliseconds: number;
}

/** The same for what an agent did inside of its step. */
export type CallBar = Omit<Bar, 'step'>;

const THINNEST = 0.6;

interface Timed {
  steps: readonly RunStep[];
  calls?: readonly RunCall[];
}

export function timeline(run: Timed, now: Date): Bar[] {
  const spans = spansOf(run, now);
  const whole = wholeOf(spans);
  return spans.map(({ step, span }) => ({ step, ...placed(span, whole) }));
}

/** By number of the call. */
export function callBars(run: Timed, now: Date): Map<number, CallBar> {
  const spans = spansOf(run, now);
  if (spans.length === 0) return new Map();
  const whole = wholeOf(spans);
  return new Map(
    (run.calls ?? []).map(({ seq, at, ms }) => {
      const over = Date.parse(at);
      return [seq, placed([over - ms, over], whole)];
    }),
  );
}

type Span = [from: number, to: number];

function spansOf({ steps }: Timed, now: Date): { step: RunStep; span: Span }[] {
  return steps.flatMap((step) => {
    if (step.started_at === null) return [];
    const from = Date.parse(step.started_at);
    const to = step.ended_at === null ? Math.max(now.getTime(), from) : Date.parse(step.ended_at);
    return { step, span: [from, to] as Span };
  });
}

function wholeOf(spans: readonly { span: Span }[]): Span {
  const begin = spans.reduce((least, { span }) => Math.min(least, span[0]), Number.POSITIVE_INFINITY);
  return [begin, spans.reduce((most, { span }) => Math.max(most, span[1]), begin)];
}

function placed([from, to]: Span, [begin, end]: Span): CallBar {
  const whole = Math.max(end - begin, 1);
  const left = Math.min(Math.max(((from - begin) / whole) * 100, 0), 100 - THINNEST);
  const width = Math.min(Math.max(((to - from) / whole) * 100, THINNEST), 100 - left);
  return { left, width, milliseconds: to - from };
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
