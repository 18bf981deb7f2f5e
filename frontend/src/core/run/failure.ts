import type { Run, RunStep } from './model';

/** The step whose failure nobody handled: the one to look at first. */
export function failedStep(run: Run): RunStep | undefined {
  const failed = run.steps.filter((step) => step.status === 'failed' && step.port === null);
  const ending = failed.filter((step) => step.error?.message === run.error?.message);
  // Where a loop fails, a step of one of its items failed first: that one says why.
  const [loop] = ending.filter((step) => step.count !== null);
  if (loop) return failed.find((step) => step.scope.includes(`${loop.node}.`)) ?? loop;
  return ending[0] ?? failed.at(-1);
}

/**
 * Every step with a problem that nobody has solved: failed, or of unknown outcome. A loop that failed for one of its
 * items is told by that item; one that was tried again is at work, and no problem any more.
 */
export function problemSteps(run: Pick<Run, 'steps'>): RunStep[] {
  const failed = run.steps.filter((step) => step.status === 'failed' || step.status === 'needs_review');
  return failed.filter((step) => {
    if (step.count === null) return true;
    const inside = step.scope === '' ? `${step.node}.` : `${step.scope}/${step.node}.`;
    return !failed.some((other) => other.scope.startsWith(inside));
  });
}
