import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Run } from '@/api/types';
import { failedStep } from '@/core/run/failure';
import type { RunStep } from '@/core/run/model';
import { type Followed, isInRounds, type Rounds } from '@/core/run/rounds';

/** The chosen step stands in the address; a failed run opens with its failed step chosen. */
export function useChosenStep(run: Run, rounds: Rounds, followed: Followed) {
  const search = useSearch({ from: '/authed/shell/runs/$id' });
  const navigate = useNavigate({ from: '/runs/$id' });
  const [unrun, setUnrun] = useState<string | null>(null);
  const step = run.steps.find((one) => one.step === search.step) ?? null;
  const seen = useRef({ steps: run.steps, rounds, followed });
  seen.current = { steps: run.steps, rounds, followed };

  const choose = useCallback(
    (chosen: number | null) => {
      setUnrun(null);
      void navigate({ search: { step: chosen ?? undefined }, replace: true, resetScroll: false });
    },
    [navigate],
  );
  const chooseNode = useCallback(
    (key: string | null) => {
      const { steps, ...shown } = seen.current;
      const latest = key === null ? undefined : latestOf(steps, key, shown.rounds, shown.followed);
      choose(latest?.step ?? null);
      if (key !== null && !latest) setUnrun(key);
    },
    [choose],
  );

  const failed = run.status === 'failed' ? failedStep(run)?.step : undefined;
  const asked = useRef(search.step !== undefined);
  useEffect(() => {
    if (failed === undefined || asked.current) return;
    asked.current = true;
    choose(failed);
  }, [failed, choose]);

  return { node: step?.node ?? unrun, step, choose, chooseNode };
}

function latestOf(steps: readonly RunStep[], node: string, rounds: Rounds, followed: Followed): RunStep | undefined {
  const own = steps.filter((step) => step.node === node && isInRounds(step, rounds, followed));
  return own.find((step) => step.status === 'failed') ?? own.at(-1);
}
