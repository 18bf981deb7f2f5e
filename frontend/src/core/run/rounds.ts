/**
 * Where a step stands inside loops: `orders.3` is the fourth item of `orders`, `work~1` the second round of the steps
 * from `work` on, `undo` what is taken back after a failure; nested by `/`.
 */
import type { RunStep } from './model';

export interface Frame {
  kind: 'item' | 'round' | 'undo';
  /** The step that holds the items, or the first one of the rounds. */
  node: string;
  index: number;
  /** The loop itself, with what it stands in: `orders.3/work`. */
  loop: string;
}

const PART = /^(.+)([.~])(\d+)$/;

export function framesOf(scope: string): Frame[] {
  if (scope === '') return [];
  const outer: string[] = [];
  return scope.split('/').map((part) => {
    const [, node = part, mark, index] = PART.exec(part) ?? [];
    const loop = [...outer, node].join('/');
    outer.push(part);
    const kind = mark === undefined ? 'undo' : mark === '~' ? 'round' : 'item';
    return { kind, node, index: Number(index ?? 0), loop };
  });
}

/** Rounds by loop, as framed by `loop`; counted from 0. */
export type Rounds = Readonly<Record<string, number>>;

type Placed = Pick<RunStep, 'scope'>;

/** The latest round of every loop. */
export function latestRounds(steps: readonly Placed[]): Rounds {
  const latest: Record<string, number> = {};
  for (const step of steps) {
    for (const frame of framesOf(step.scope)) {
      if (frame.kind === 'round') latest[frame.loop] = Math.max(latest[frame.loop] ?? 0, frame.index);
    }
  }
  return latest;
}

/** The item that is followed, by the loop as framed by `loop`; counted from 0. */
export type Followed = Readonly<Record<string, number>>;

const NOBODY: Followed = {};

/** Whether the step belongs to these rounds and to the items that are followed; steps outside all loops always do. */
export function isInRounds(step: Placed, rounds: Rounds, followed: Followed = NOBODY): boolean {
  if (step.scope === '') return true;
  return framesOf(step.scope).every(({ kind, loop, index }) => {
    if (kind === 'undo') return true;
    return ((kind === 'round' ? rounds : followed)[loop] ?? index) === index;
  });
}

/** The items that a scope lies in: whoever follows them sees what happened to exactly these. */
export function itemsOfScope(scope: string): Followed {
  const items = framesOf(scope).filter((frame) => frame.kind === 'item');
  return Object.fromEntries(items.map((frame) => [frame.loop, frame.index]));
}
