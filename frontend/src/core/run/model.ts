/** What a run is made of, as the server tells it: the snapshot, and the events that carry it forward. */
import type { Graph } from '../graph/document';

export type RunStatus = 'queued' | 'running' | 'waiting' | 'paused' | 'done' | 'failed' | 'cancelled';

export type StepStatus =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'needs_person'
  | 'needs_review'
  | 'done'
  | 'failed'
  | 'skipped'
  | 'cancelled';

export interface StepError {
  category: string;
  code: string;
  message: string;
  hint?: string;
  retryable?: boolean;
  retry_after_s?: number | null;
  details?: Record<string, unknown>;
}

/**
 * What a waiting step waits for: a `person` (who has a `task`), a `delay` (`until`), a `call` from outside, a `message`
 * (its `name`, and what it is about), or a `child`: another `run`, of `workflow`. `due_at` is when it is too late.
 */
export interface StepWait {
  kind: string;
  task?: string;
  title?: string;
  until?: string;
  due_at?: string | null;
  name?: string;
  correlation?: string;
  run?: string;
  [key: string]: unknown;
}

/** Facts worth keeping beside the output: which asset answered, how sure it was. */
export interface StepFacts {
  asset?: string;
  version?: number;
  confidence?: number | null;
  sample?: boolean;
  milliseconds?: number;
  /** The run that did this step; here it was not done again. */
  kept_from?: string;
  /** Who corrected what the step had given in the run before. */
  corrected_by?: { id: string; name: string };
  /** A sample that a person kept stood for the step. */
  kept_sample?: boolean;
  /** Which of its fallbacks answered, counted from one. */
  variant?: number;
  /** Of a long loop: how many of its pieces, which are runs of their own, have ended, and how their items did. */
  chunks?: number;
  ok?: number;
  failed?: number;
  /** The model that answered, as its provider names it. */
  reported?: string;
  /** What the step has spent on models so far. */
  spent?: Spent;
  [key: string]: unknown;
}

/** Tokens and, as far as prices are known, the cost as decimal text. */
export interface Spent {
  prompt_tokens: number;
  completion_tokens: number;
  cost: string | null;
}

/** What an agent did in its step: it asked its model, or called a tool. The words of it are read one by one. */
export interface RunCall {
  /** Number of the event that told of it. */
  seq: number;
  step: number;
  attempt: number;
  kind: 'model' | 'tool';
  name: string;
  failed: boolean;
  ms: number;
  tokens: number | null;
  cost: string | null;
  /** When it was over. */
  at: string;
}

export interface RunStep {
  step: number;
  node: string;
  /** Empty at the root; `orders.3` inside the fourth item of the loop `orders`. */
  scope: string;
  attempt: number;
  status: StepStatus;
  port: string | null;
  error: StepError | null;
  facts: StepFacts | null;
  started_at: string | null;
  ended_at: string | null;
  retry_at: string | null;
  wait: StepWait | null;
  count: number | null;
}

export interface RunItem {
  id: string;
  workflow: { id: string; name: string };
  version: number | null;
  title: string;
  status: RunStatus;
  how: string;
  mode: 'live' | 'test';
  created_at: string;
  ended_at: string | null;
  started_by: { id: string; name: string } | null;
  waiting_for: string | null;
  error: { message: string; hint?: string } | null;
  /** The run that this one repeats. */
  repeats: string | null;
  /** The latest run that repeats this one. */
  repeated_by?: string | null;
  /** The step of another run that this one works for. */
  parent?: { run: string; step: number; chunk?: number | null } | null;
}

/** A run in a list. */
export interface RunRow extends RunItem {
  /** It waits for a person, not only for time or other systems. */
  needs_person: boolean;
}

export interface Run extends RunItem {
  seq: number;
  start: string | null;
  graph: Graph;
  steps: RunStep[];
  /** What agents did, in order. */
  calls?: RunCall[];
  /** Whom it acts for; null: the product itself. */
  runs_as?: { id: string | null; name: string } | null;
  /** The access token it was started with. */
  token?: { id: string; name: string } | null;
  /** Of a trial: the last step that runs, or the only one. */
  until?: string | null;
  only?: string | null;
  /** Its data was deleted, by this rule: `success`, or `days:<number>`. */
  erased?: { at: string; rule: string } | null;
  /** Personal data in it was blacked out: how often, by kind and by `field:<name>`. */
  redacted?: { at: string; counts: Record<string, number> } | null;
  may: { cancel: boolean; payload: boolean; repeat: boolean; dismiss: boolean; retry: boolean };
}

export type EventKind =
  | 'run_started'
  | 'step_started'
  | 'step_done'
  | 'step_failed'
  | 'step_skipped'
  | 'step_waiting'
  | 'step_answered'
  | 'step_called'
  | 'items_opened'
  | 'step_unknown'
  | 'step_cancelled'
  | 'loop_decided'
  | 'review_answered'
  | 'chunk_ended'
  | 'items_done'
  | 'undo_started'
  | 'run_paused'
  | 'run_resumed'
  | 'cancel_requested'
  | 'run_finished'
  | 'mail_ignored';

export interface RunEvent {
  seq: number;
  kind: EventKind;
  at: string;
  // biome-ignore lint/suspicious/noExplicitAny: the body differs by kind; the fold is the one reader.
  body: any;
}

/** What an agent did in this step, in order. */
export function callsOf(run: Pick<Run, 'calls'>, step: number): RunCall[] {
  return (run.calls ?? []).filter((call) => call.step === step);
}

/** Only a person can move the step on. */
export function asksPerson(step: Pick<RunStep, 'status'>): boolean {
  return step.status === 'needs_person' || step.status === 'needs_review';
}

export function ended(status: RunStatus): boolean {
  return status === 'done' || status === 'failed' || status === 'cancelled';
}

/** Work of the product's own, such as a training: people never edit it as a workflow. */
export function isInner(run: { how: string }): boolean {
  return run.how === 'training';
}
