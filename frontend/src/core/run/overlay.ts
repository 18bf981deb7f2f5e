/** The state of a run as the canvas needs it: one entry a node, changed entries only, never part of the document. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunStep, StepStatus } from './model';
import { framesOf, isInRounds, latestRounds, type Rounds } from './rounds';

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
  /** The round that is shown, counted from one, by the first step of its loop. */
  rounds: Readonly<Record<string, number>>;
}

export interface RunOverlay extends StoreApi<RunOverlayState> {
  /**
   * Takes over the states of a run; entries that did not change keep their identity. Of a loop the latest round is shown
   * unless another one was chosen.
   */
  show: (run: { steps: readonly RunStep[] }) => void;
  /** Shows another round of a loop; null follows the run again. */
  choose: (loop: string, round: number | null) => void;
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

/** The state of many nodes that are shown as one; null where none of them has begun. */
export function mostUrgent(states: readonly (NodeRunState | undefined)[]): StepStatus | null {
  const there = new Set(states.flatMap((state) => state?.status ?? []));
  return URGENCY.find((status) => there.has(status)) ?? null;
}

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

export function nodeStates(
  steps: readonly RunStep[],
  rounds: Rounds = latestRounds(steps),
): Record<string, NodeRunState> {
  const states: Record<string, NodeRunState> = {};
  for (const step of steps) {
    if (isInRounds(step, rounds)) states[step.node] = merge(states[step.node], step);
  }
  return states;
}

/** The rounds shown, by the first step of each loop; of a loop inside another for each item the latest. */
function shownRounds(rounds: Rounds): Record<string, number> {
  const shown: Record<string, number> = {};
  for (const [loop, round] of Object.entries(rounds)) {
    const node = framesOf(`${loop}~0`).at(-1)?.node ?? loop;
    shown[node] = Math.max(shown[node] ?? 0, round + 1);
  }
  return shown;
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
  const store = createStore<RunOverlayState>(() => ({ statuses: {}, rounds: {} }));
  let known: readonly RunStep[] = [];
  let chosen: Record<string, number> = {};

  const tell = () => {
    const rounds = { ...latestRounds(known), ...chosen };
    const before = store.getState();
    const next = nodeStates(known, rounds);
    let changed = Object.keys(before.statuses).length !== Object.keys(next).length;
    for (const key of Object.keys(next)) {
      const old = before.statuses[key];
      if (old && same(old, next[key])) next[key] = old;
      else changed = true;
    }
    const shown = shownRounds(rounds);
    const turned = JSON.stringify(shown) !== JSON.stringify(before.rounds);
    if (changed || turned) {
      store.setState({ statuses: changed ? next : before.statuses, rounds: turned ? shown : before.rounds });
    }
  };

  return {
    ...store,
    show({ steps }) {
      known = steps;
      tell();
    },
    choose(loop, round) {
      const { [loop]: _, ...others } = chosen;
      chosen = round === null ? others : { ...others, [loop]: round };
      tell();
    },
    clear() {
      known = [];
      chosen = {};
      store.setState({ statuses: {}, rounds: {} });
    },
  };
}
