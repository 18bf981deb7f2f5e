import { IconAlertOctagon, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ended } from '@/core/run/model';
import { duration } from '@/core/time';
import classes from './step-panel.module.css';
import type { TestRun } from './use-test-run';

/** How the last trial of this step went, and how long it took. */
export function TrialResult({ step, test }: { step: string; test: TestRun }) {
  const { t } = useTranslation();
  const { run } = test;
  const tried = run?.only === step ? run.steps.findLast((one) => one.node === step) : undefined;
  const over = run && ended(run.status);
  const took =
    tried?.started_at && tried.ended_at
      ? duration(Math.max(0, Date.parse(tried.ended_at) - Date.parse(tried.started_at)))
      : null;
  const failed = run?.status === 'failed';
  const words = () => {
    if (!run || run.only !== step) return null;
    if (!over) return t('editor.trial.running');
    if (run.status === 'cancelled') return t('editor.trial.stopped');
    if (failed) return took ? t('editor.trial.failedIn', { took }) : t('editor.trial.failed');
    return took ? t('editor.trial.doneIn', { took }) : t('editor.trial.done');
  };
  const said = words();
  return (
    <output className={classes.trialResult} data-failed={failed || undefined}>
      {said && over && (failed ? <IconAlertOctagon size={15} aria-hidden /> : <IconCheck size={15} aria-hidden />)}
      {said}
    </output>
  );
}
