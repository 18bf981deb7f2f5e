/** The items of a loop: scope `orders.3` is the fourth item of `orders`, `orders.3/lines.0` the first line of it. */
import type { RunStep, StepStatus } from './model';

export interface Item {
  index: number;
  scope: string;
  status: StepStatus;
  steps: RunStep[];
}

const WORST_FIRST: readonly StepStatus[] = [
  'failed',
  'needs_review',
  'needs_person',
  'running',
  'waiting',
  'pending',
  'cancelled',
  'done',
  'skipped',
];

function worst(steps: readonly RunStep[]): StepStatus {
  return WORST_FIRST.find((status) => steps.some((step) => step.status === status)) ?? 'pending';
}

/** The items a loop step has opened, in order; those without a step yet are pending. */
export function itemsOf(steps: readonly RunStep[], loop: RunStep): Item[] {
  if (loop.count === null) return [];
  const prefix = loop.scope === '' ? `${loop.node}.` : `${loop.scope}/${loop.node}.`;
  const found = new Map<number, RunStep[]>();
  for (const step of steps) {
    if (!step.scope.startsWith(prefix)) continue;
    const index = Number.parseInt(step.scope.slice(prefix.length), 10);
    const list = found.get(index);
    if (list) list.push(step);
    else found.set(index, [step]);
  }
  return Array.from({ length: loop.count }, (_, index) => {
    const own = found.get(index) ?? [];
    return { index, scope: `${prefix}${index}`, status: worst(own), steps: own };
  });
}

/** Loops with more items are cut into pieces, each a run of its own. */
const MOST_AT_HAND = 500;

export interface ItemCounts {
  count: number;
  done: number;
  failed: number;
  /** How many pieces of a long loop have ended; null where the items are steps of this run. */
  pieces: number | null;
}

/** How many items have ended well and how many badly; the rest is still to do. */
export function itemCounts(loop: RunStep, items: readonly Item[]): ItemCounts {
  const count = loop.count ?? 0;
  const { ok, failed, chunks } = loop.facts ?? {};
  // Joined, it tells only how many failed.
  const done = loop.status === 'done' ? count - (failed ?? 0) : (ok ?? 0);
  if (chunks !== undefined) return { count, done, failed: failed ?? 0, pieces: chunks };
  if (count > MOST_AT_HAND && items.every((item) => item.steps.length === 0)) {
    return { count, done: 0, failed: 0, pieces: 0 };
  }
  const having = (...statuses: StepStatus[]) => items.filter((item) => statuses.includes(item.status)).length;
  return { count, done: having('done', 'skipped'), failed: having('failed', 'cancelled'), pieces: null };
}
