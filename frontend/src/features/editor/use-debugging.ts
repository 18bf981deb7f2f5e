import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { useLoadedRun, useLoadRun, useUnloadRun } from '@/api/loaded-run';
import { toast } from '@/ui/toasts';
import type { TestRun } from './use-test-run';

export interface Debugging {
  /** The run whose data stand for the steps; null: nothing is being debugged. */
  run: string | null;
  /** Kept samples would be replaced: the steps they belong to. */
  asking: readonly string[] | null;
  replace(): void;
  /** Puts the data away; also the answer "no" to the question. */
  end(): void;
}

/** `?run=` in the address takes the data of that run into the editor, until a run of the draft succeeds with them. */
export function useDebugging(workflow: string, test: TestRun, readOnly: boolean): Debugging {
  const { t } = useTranslation();
  const { run: wanted } = useSearch({ strict: false }) as { run?: string };
  const navigate = useNavigate({ from: '/workflows/$id' });
  const loaded = useLoadedRun(workflow, !readOnly);
  const load = useLoadRun(workflow);
  const unload = useUnloadRun(workflow);
  const [asking, setAsking] = useState<readonly string[] | null>(null);
  const { show } = test;
  const address = (run: string | undefined) =>
    void navigate({ search: (before: object) => ({ ...before, run }), replace: true });

  const take = (run: string, replace: boolean) =>
    load.mutate(
      { run, replace },
      {
        onSuccess: ({ kept, left_out }) => {
          toast.done(t('editor.debug.loaded', { count: kept.length }), 'loaded');
          if (left_out.length > 0) toast.failed(t('editor.debug.leftOut', { count: left_out.length }));
        },
        onError: (error) => {
          if (isApiError(error, 'samples_kept')) setAsking(error.problem.problems.flatMap(({ node }) => node ?? []));
          else {
            toast.failed(error);
            address(undefined);
          }
        },
      },
    );

  // Each address is acted upon once: what was put away is not taken again.
  const met = useRef<string | null>(null);
  const act = useRef({ take, address });
  act.current = { take, address };
  useEffect(() => {
    if (wanted && readOnly) show(wanted);
    if (readOnly || loaded === undefined) return;
    if (wanted && met.current !== wanted) {
      met.current = wanted;
      show(wanted);
      if (loaded !== wanted) act.current.take(wanted, false);
    } else if (!wanted && loaded && met.current !== loaded) {
      act.current.address(loaded);
    }
  }, [wanted, loaded, readOnly, show]);

  const active = Boolean(wanted) && loaded === wanted;
  const end = () => {
    setAsking(null);
    address(undefined);
    if (active) unload.mutate(undefined, { onError: (error) => toast.failed(error) });
  };

  const { run } = test;
  const works =
    active &&
    run !== null &&
    run.id !== wanted &&
    run.mode === 'test' &&
    run.status === 'done' &&
    !run.only &&
    !run.until;
  const finish = useRef(end);
  finish.current = end;
  useEffect(() => {
    if (!works) return;
    finish.current();
    toast.done(t('editor.debug.ended'), 'debugged');
  }, [works, t]);

  return {
    run: active ? (wanted ?? null) : null,
    asking,
    replace: () => {
      setAsking(null);
      if (wanted) take(wanted, true);
    },
    end,
  };
}
