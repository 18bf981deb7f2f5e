import { Button, CloseButton } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isStopped, useExplain } from '@/api/help';
import { asksPerson, ended } from '@/core/run/model';
import { duration } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { Explanation } from '@/ui/explanation';
import { RunBadge } from '@/ui/status-badge';
import { toldProblem } from '@/ui/told';
import { useEditorActions } from './editor-store';
import { LogDrawer } from './log-drawer';
import classes from './run-bar.module.css';
import type { TestRun } from './use-test-run';

/** How the run on the canvas goes, and the way to its page. */
export function RunBar({ test }: { test: TestRun }) {
  const { t } = useTranslation();
  const { openStep } = useEditorActions();
  const [listing, setListing] = useState(false);
  const { run } = test;
  const told = useRef<string | null>(null);
  const failed = run?.steps.find((step) => step.status === 'failed');

  // A failed step is chosen by itself, once a run.
  useEffect(() => {
    if (run?.status !== 'failed' || told.current === run.id) return;
    told.current = run.id;
    if (failed) openStep(failed.node);
  }, [run, failed, openStep]);

  const explain = useExplain(run?.id ?? '', failed?.error ? failed.step : undefined);

  if (!run) return null;
  const took = run.ended_at ? duration(Date.parse(run.ended_at) - Date.parse(run.created_at)) : null;
  const error = run.error ?? failed?.error;
  return (
    <section className={classes.bar} data-open={listing || undefined} aria-label={t('editor.run.bar')}>
      {listing && <LogDrawer run={run} />}
      {explain && (
        <div className={classes.explain}>
          <Explanation key={`${run.id} ${failed?.step}`} ask={explain} isStopped={isStopped} />
        </div>
      )}
      <div className={classes.line}>
        <output className={classes.state}>
          <RunBadge status={run.status} needsPerson={run.steps.some(asksPerson)} quiet />
          {took && <span>{took}</span>}
          {run.waiting_for && <span>{run.waiting_for}</span>}
          {error && <span className={classes.error}>{toldProblem(error).message}</span>}
        </output>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          aria-expanded={listing}
          leftSection={<IconListDetails size={14} aria-hidden />}
          onClick={() => setListing(!listing)}
        >
          {t('editor.run.log')}
        </Button>
        <TextLink to="/runs/$id" params={{ id: run.id }} search={{}} size="sm">
          {t('editor.run.open')}
        </TextLink>
        {ended(run.status) ? (
          <CloseButton
            size="sm"
            aria-label={t('editor.run.clear')}
            title={t('editor.run.clear')}
            onClick={test.clear}
          />
        ) : (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={test.clear}>
            {t('editor.run.hide')}
          </Button>
        )}
      </div>
    </section>
  );
}
