/** The state of a run as the canvas needs it: one entry a node, changed entries only, never part of the document. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunStep, StepStatus } from './model';

export interface NodeRunState {
  status: StepStatus;
  /** How many times the node has answered: items of a loop, else 1. */
  count: number;
  attempt: number;
  /** Ports its steps left by. */
  ports: readonly string[];
}

export interface RunOverlayState {
  statuses: Readonly<Record<string, NodeRunState>>;
}

export interface RunOverlay extends StoreApi<RunOverlayState> {
  /** Takes over the states of a run; entries that did not change keep their identity. */
  show: (run: { steps: readonly RunStep[] }) => void;
  clear: () => void;
}

// The state of many steps of one node is the one a person should look at first.
const URGENCY: readonly StepStatus[] = [
  'needs_person',
  'needs_review',
  'running',
  'failed',
  'waiting',
  'pending',
  'cancelled',
  'done',
  'skipped',
];

function merge(before: NodeRunState | undefined, step: RunStep): NodeRunState {
  const answered = step.status === 'done' || (step.status === 'failed' && step.port !== null);
  const count = (before?.count ?? 0) + (answered ? (step.count ?? 1) : 0);
  const ports = before?.ports ?? [];
  return {
    status: before && URGENCY.indexOf(before.status) <= URGENCY.indexOf(step.status) ? before.status : step.status,
    count,
    attempt: Math.max(before?.attempt ?? 1, step.attempt),
    ports: step.port === null || ports.includes(step.port) ? ports : [...ports, step.port],
  };
}

export function nodeStates(steps: readonly RunStep[]): Record<string, NodeRunState> {
  const states: Record<string, NodeRunState> = {};
  for (const step of steps) states[step.node] = merge(states[step.node], step);
  return states;
}

function same(a: NodeRunState | undefined, b: NodeRunState | undefined): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.status === b.status &&
    a.count === b.count &&
    a.attempt === b.attempt &&
    a.ports.join() === b.ports.join()
  );
}

export function createRunOverlay(): RunOverlay {
  const store = createStore<RunOverlayState>(() => ({ statuses: {} }));
  return {
    ...store,
    show({ steps }) {
      const before = store.getState().statuses;
      const next = nodeStates(steps);
      let changed = Object.keys(before).length !== Object.keys(next).length;
      for (const key of Object.keys(next)) {
        const old = before[key];
        if (old && same(old, next[key])) next[key] = old;
        else changed = true;
      }
      if (changed) store.setState({ statuses: next });
    },
    clear() {
      store.setState({ statuses: {} });
    },
  };
}
