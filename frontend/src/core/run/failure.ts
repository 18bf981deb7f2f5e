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
