/** Carries a run's snapshot forward by its events: the same fold as the server's, so that both always agree. */
import { asksPerson, ended, type Run, type RunCall, type RunEvent, type RunStatus, type RunStep } from './model';
import { spentWith } from './spent';

export interface Folded {
  run: Run;
  /** Number of the last event known before events are missing; null when there is no gap. */
  gap: number | null;
}

type Change = (step: RunStep, event: RunEvent) => RunStep;

const STEP_CHANGES: Partial<Record<RunEvent['kind'], Change>> = {
  step_started: (step, { at, body }) => ({
    ...step,
    status: 'running',
    attempt: body.attempt,
    // One that goes on after a wait began before that.
    started_at: body.attempt === step.attempt ? (step.started_at ?? at) : at,
    ended_at: null,
    retry_at: null,
    error: null,
  }),
  step_done: stepDone,
  step_failed: stepFailed,
  step_skipped: (step) => ({ ...step, status: 'skipped' }),
  step_waiting: (step, { at, body }) => ({
    ...step,
    status: body.wait.kind === 'person' ? 'needs_person' : 'waiting',
    attempt: body.attempt,
    wait: body.wait,
    started_at: step.started_at ?? at,
  }),
  // It goes on by itself, as soon as somebody has a hand free.
  step_answered: (step) => ({ ...step, status: 'waiting', wait: null }),
  step_called: (step) => step,
  items_opened: (step, { at, body }) => ({
    ...step,
    status: 'running',
    count: body.count,
    started_at: step.started_at ?? at,
  }),
  chunk_ended: (step, { body }) => {
    const { ok = 0, failed = 0, chunks = 0 } = step.facts ?? {};
    return { ...step, facts: { ok: ok + body.ok, failed: failed + body.failed, chunks: chunks + 1 } };
  },
  items_done: (step, { at, body }) => {
    const facts = { items: body.ok + body.failed, failed: body.failed };
    return {
      ...step,
      status: 'done',
      port: 'out',
      count: facts.items,
      facts: body.failures?.length > 0 ? { ...facts, failures: body.failures } : facts,
      ended_at: at,
    };
  },
  step_unknown: (step, { body }) => ({ ...step, status: 'needs_review', error: body.error ?? step.error }),
  // Trying again makes the next try due; another answer is told by the event that follows.
  review_answered: (step, { at, body }) =>
    body.answer === 'retry' ? { ...step, status: 'waiting', retry_at: at } : step,
  step_cancelled: (step, { at }) => ({ ...step, status: 'cancelled', wait: null, retry_at: null, ended_at: at }),
};

function stepDone(step: RunStep, { at, body }: RunEvent): RunStep {
  return {
    ...step,
    status: 'done',
    attempt: body.attempt,
    port: body.port,
    facts: hasKeys(body.facts) ? body.facts : null,
    error: null,
    wait: null,
    retry_at: null,
    started_at: startOf(step, at, body.started_at),
    ended_at: at,
  };
}

/** A loop began with its items, whatever is reported of the moment that joined them. */
function startOf(step: RunStep, at: string, reported: string | null | undefined): string {
  if (step.count !== null && step.started_at !== null) return step.started_at;
  return reported ?? step.started_at ?? at;
}

function stepFailed(step: RunStep, { at, body }: RunEvent): RunStep {
  const again = body.handled === 'retry' || body.handled === 'fallback';
  return {
    ...step,
    status: again ? 'waiting' : 'failed',
    attempt: body.attempt,
    port: body.handled === 'path' ? 'error' : null,
    error: body.error,
    wait: null,
    retry_at: body.retry_at ?? null,
    started_at: startOf(step, at, body.started_at),
    ended_at: again ? null : at,
  };
}

/** Events already known are dropped; at a gap the fold stops and says from where to read on. */
export function applyEvents(run: Run, events: readonly RunEvent[]): Folded {
  const ordered = [...events].sort((a, b) => a.seq - b.seq);
  const steps = new Map(run.steps.map((step) => [step.step, step]));
  let next: Run = run;
  let gap: number | null = null;
  for (const event of ordered) {
    if (event.seq <= next.seq) continue;
    if (event.seq > next.seq + 1) {
      gap = next.seq;
      break;
    }
    foldStep(steps, event);
    next = { ...foldRun(next, event), seq: event.seq };
  }
  if (next === run) return { run, gap };
  return { run: withProgress({ ...next, steps: [...steps.values()].sort((a, b) => a.step - b.step) }), gap };
}

/** The start that fired: what it gave stands in the event, so it is done at once. */
const START_STEP = 1;

function foldStep(steps: Map<number, RunStep>, event: RunEvent): void {
  if (event.kind === 'run_started') {
    const start = { ...newStep(START_STEP, event.body.start, ''), started_at: event.at };
    // A piece of a long loop begins with its items: they are what it does.
    const done = { ...start, status: 'done' as const, port: 'out', ended_at: event.at };
    steps.set(START_STEP, event.body.items ? { ...start, status: 'running' } : done);
  }
  const change = STEP_CHANGES[event.kind];
  if (!change) return;
  const { step, node, scope } = event.body;
  const before = steps.get(step) ?? newStep(step, node, scope);
  const after = change(before, event);
  const spent = spentWith(before.facts?.spent ?? null, event.body.calls ?? []);
  steps.set(step, spent ? { ...after, facts: { ...after.facts, spent } } : after);
}

function callOf({ seq, at, body }: RunEvent): RunCall {
  const { kind, name, failed, ms, tokens, cost } = body.call;
  const told = tokens && (tokens.prompt ?? 0) + (tokens.completion ?? 0);
  return { seq, step: body.step, attempt: body.attempt, kind, name, failed, ms, tokens: told, cost, at };
}

function foldRun(run: Run, event: RunEvent): Run {
  const { kind, at, body } = event;
  if (kind === 'step_called') return { ...run, calls: [...(run.calls ?? []), callOf(event)] };
  if (kind === 'run_started') {
    return {
      ...run,
      status: 'running',
      start: body.start,
      how: body.how ?? run.how,
      mode: body.mode ?? run.mode,
      title: body.title ?? run.title,
      started_by: body.by ?? run.started_by,
    };
  }
  if (kind === 'run_paused') return { ...run, status: 'paused' };
  if (kind === 'run_resumed') return { ...run, status: 'running' };
  if (kind === 'run_finished') {
    return { ...run, status: body.status, error: body.error ?? null, ended_at: at, waiting_for: null };
  }
  return run;
}

/** While a run goes on, its steps say whether something works or everything waits. */
function withProgress(run: Run): Run {
  if (ended(run.status) || run.status === 'paused') return run;
  const asks = run.steps.find(asksPerson);
  const waits = asks !== undefined || run.steps.some((step) => step.status === 'waiting');
  const works = run.steps.some((step) => step.status === 'running' && step.count === null);
  const status: RunStatus = waits && !works ? 'waiting' : 'running';
  return { ...run, status, waiting_for: asks ? (asks.wait?.title ?? run.waiting_for) : null };
}

function newStep(step: number, node: string, scope: string): RunStep {
  return {
    step,
    node,
    scope,
    attempt: 1,
    status: 'pending',
    port: null,
    error: null,
    facts: null,
    started_at: null,
    ended_at: null,
    retry_at: null,
    wait: null,
    count: null,
  };
}

function hasKeys(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
