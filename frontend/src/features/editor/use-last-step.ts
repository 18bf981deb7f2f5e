import { useStep } from '@/api/runs';
import { type Config, nodeByKey } from '@/core/graph/document';
import type { Run, StepError } from '@/core/run/model';

/** What a step really did in the last run. */
export interface LastStep {
  /** The settings it ran with, formulas as they were written. */
  wrote: Config | null;
  /** The same settings with every formula filled in. */
  got: unknown;
  /** What it gave; `undefined` when it gave nothing. */
  output: unknown;
  error: StepError | null;
}

const NEVER: LastStep = { wrote: null, got: undefined, output: undefined, error: null };
const WITHOUT = new Set(['pending', 'running', 'skipped', 'cancelled']);

/** Of many rounds through a loop the latest counts. */
export function useLastStep(run: Run | null, key: string): LastStep {
  const step = run?.may.payload ? run.steps.findLast((one) => one.node === key && !WITHOUT.has(one.status)) : undefined;
  const { data } = useStep(run?.id ?? '', step?.step ?? null, `${step?.status}${step?.attempt}`);
  if (!run || !step) return NEVER;
  const error = step.status === 'failed' ? step.error : null;
  if (!data) return { ...NEVER, error };
  return {
    error,
    wrote: nodeByKey(run.graph, key)?.config ?? null,
    got: data.input,
    output: step.status === 'done' ? data.output : undefined,
  };
}
