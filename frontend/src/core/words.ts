/** The one table between the states of the engine and the words people see. Labels are messages under `words.*`. */
import type { RunStatus, StepStatus } from './run/model';

/** The value of `data-step-status`. */
export type StepShown = 'waiting' | 'running' | 'done' | 'failed' | 'skipped' | 'stopped' | 'needs-you' | 'off';

export type RunShown = 'waiting' | 'running' | 'done' | 'failed' | 'stopped' | 'needs-you' | 'paused';

export type WorkflowStatus = 'draft' | 'live' | 'paused';

/** Families of colour; `theme` holds their values for both schemes. */
export type Tone = 'quiet' | 'running' | 'done' | 'failed' | 'attention' | 'sample';

const STEPS: Record<StepStatus, StepShown> = {
  pending: 'waiting',
  running: 'running',
  waiting: 'waiting',
  needs_person: 'needs-you',
  needs_review: 'needs-you',
  done: 'done',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'stopped',
};

const RUNS: Record<RunStatus, RunShown> = {
  queued: 'waiting',
  running: 'running',
  waiting: 'waiting',
  paused: 'paused',
  done: 'done',
  failed: 'failed',
  cancelled: 'stopped',
};

const TONES: Record<StepShown | RunShown | WorkflowStatus, Tone> = {
  waiting: 'quiet',
  off: 'quiet',
  skipped: 'quiet',
  stopped: 'quiet',
  paused: 'attention',
  draft: 'quiet',
  running: 'running',
  done: 'done',
  live: 'done',
  failed: 'failed',
  'needs-you': 'attention',
};

export function stepShown(status: StepStatus, off = false): StepShown {
  return off ? 'off' : STEPS[status];
}

/** A waiting run needs a person, or only time and other systems. */
export function runShown(status: RunStatus, needsPerson = false): RunShown {
  return status === 'waiting' && needsPerson ? 'needs-you' : RUNS[status];
}

export function toneOf(shown: StepShown | RunShown | WorkflowStatus): Tone {
  return TONES[shown];
}

export const ROLES = [
  'owner',
  'admin',
  'builder',
  'operator',
  'viewer',
  'approver',
  'publisher',
  'steward',
  'connection_manager',
  'auditor',
] as const;

export type Role = (typeof ROLES)[number];
