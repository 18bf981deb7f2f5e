import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUpload } from '@/api/files';
import { useLiveRun } from '@/api/live-run';
import { fetchRun, useCancelRun, useRuns, useRunValues, useStartRun, useTestStep } from '@/api/runs';
import { ended, type Run } from '@/core/run/model';
import type { RunOverlay } from '@/core/run/overlay';
import type { SpeechStore } from '@/core/run/said';
import { toast } from '@/ui/toasts';
import type { StartPayload } from './start-dialog';

export interface TestRun {
  run: Run | null;
  /** The run whose values are shown: the one on the canvas, else the latest of this workflow. */
  last: Run | null;
  running: boolean;
  overlay: RunOverlay;
  /** What the steps of the run are writing right now. */
  speeches: SpeechStore;
  /** Real outputs by step key; `trigger` is the output of the start that fired. */
  values: Record<string, unknown>;
  starting: boolean;
  startError: unknown;
  /** Runs the draft, or what is live. */
  start(payload: StartPayload, draft?: boolean): Promise<boolean>;
  startWithFile(start: string, file: File): void;
  /** Runs this step alone. */
  testStep(node: string): Promise<void>;
  testing: boolean;
  stop(): void;
  clear(): void;
  /** Puts a run on the canvas. */
  show(run: string): void;
}

const NO_VALUES: Record<string, unknown> = {};

/** The run shown on the canvas: one started here, or one of this workflow that is still going on. */
export function useTestRun(workflow: string, flush: () => Promise<boolean>): TestRun {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [mine, setMine] = useState<string | null>(null);
  const [cleared, setCleared] = useState<string | null>(null);
  const latest = useRuns({ workflow, page_size: 1 }).rows[0];
  const going = latest && !ended(latest.status) ? latest.id : null;
  const shown = mine ?? (going === cleared ? null : going);
  const { run, overlay, speeches } = useLiveRun(shown);
  const source = shown ?? latest?.id ?? null;
  const before = useQuery({
    queryKey: ['run', source, 'snapshot'],
    queryFn: () => fetchRun(source as string),
    enabled: shown === null && source !== null,
  });
  const last = run ?? before.data ?? null;
  const { data } = useRunValues(last?.may.payload ? source : null);
  const begin = useStartRun();
  const trial = useTestStep(workflow);
  const cancel = useCancelRun(shown ?? '');
  const upload = useUpload();
  const status = run?.status;

  // Outputs grow while the run goes on; they are read again whenever it has moved.
  const seq = run?.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sequence number is what makes the values old.
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey: ['run', shown, 'values'] }), 400);
    return () => clearTimeout(timer);
  }, [client, shown, seq]);

  // A step tried alone gives one value; those of the run before it stay.
  const [earlier, setEarlier] = useState(NO_VALUES);
  const values = useMemo(() => {
    if (!data) return earlier;
    const start = last?.start;
    const named =
      start && data[start] !== undefined && data.trigger === undefined ? { ...data, trigger: data[start] } : data;
    return earlier === NO_VALUES ? named : { ...earlier, ...named };
  }, [data, last?.start, earlier]);

  const start = async (payload: StartPayload, draft = true) => {
    if (!(await flush())) return false;
    try {
      const { id } = await begin.mutateAsync({ workflow, draft, ...payload });
      setEarlier(NO_VALUES);
      setMine(id);
      return true;
    } catch {
      // The mutation keeps the error; the dialog or the bar shows it.
      return false;
    }
  };

  const testStep = async (node: string) => {
    if (!(await flush())) return;
    try {
      const { id } = await trial.mutateAsync(node);
      setEarlier(values);
      setMine(id);
    } catch (error) {
      toast.failed(error);
    }
  };

  const show = useCallback((id: string) => {
    setEarlier(NO_VALUES);
    setMine(id);
  }, []);

  return {
    run,
    last,
    show,
    testStep,
    testing: trial.isPending,
    running: Boolean(run && status && !ended(status)),
    overlay,
    speeches,
    values,
    starting: begin.isPending || upload.isPending,
    startError: begin.error,
    start,
    startWithFile: (key, file) =>
      upload.mutate(file, {
        onSuccess: (ref) => void start({ start: key, file: ref.file_id }),
        onError: (error) => toast.failed(error),
      }),
    stop: () => {
      cancel.mutate(t('editor.run.stopReason'), { onError: (error) => toast.failed(error) });
    },
    clear: () => {
      setCleared(shown);
      setMine(null);
    },
  };
}
