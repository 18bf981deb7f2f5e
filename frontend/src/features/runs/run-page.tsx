import { Alert, Button } from '@mantine/core';
import { IconArrowLeft, IconFileCertificate, IconHistory } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveRun } from '@/api/live-run';
import type { Run } from '@/api/types';
import { useNodeTypes } from '@/api/workflows';
import { type NodeTypes, nodeByKey } from '@/core/graph/document';
import { asksPerson, ended, isInner } from '@/core/run/model';
import type { RunOverlay } from '@/core/run/overlay';
import type { SpeechStore } from '@/core/run/said';
import { spentBy } from '@/core/run/spent';
import { duration } from '@/core/time';
import { ButtonLink, TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { SampleTag } from '@/ui/sample-tag';
import { RunBadge } from '@/ui/status-badge';
import { TimeAgo, useNow } from '@/ui/time-ago';
import { LoadButton } from './load-button';
import classes from './run.module.css';
import { RunActions } from './run-actions';
import { RunView } from './run-view';
import { StartedBy } from './started-by';
import { useAmounts } from './use-amounts';
import { useReplay } from './use-replay';

export default function RunPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/shell/runs/$id' });
  const { run, error, state, overlay, speeches } = useLiveRun(id);
  const nodeTypes = useNodeTypes();
  const back = (
    <TextLink to="/runs" search={{}} size="sm" c="dimmed" className={classes.back}>
      <IconArrowLeft size={14} aria-hidden /> {t('app.nav.runs')}
    </TextLink>
  );
  if (error) {
    return (
      <Page title={t('runs.one')} back={back}>
        <ProblemAlert error={error} title={t('runs.noAccess')} />
      </Page>
    );
  }
  if (!run || !nodeTypes.data) {
    return (
      <Page title={t('runs.one')} back={back}>
        <ProblemAlert error={nodeTypes.error} />
        <Waiting />
      </Page>
    );
  }
  return <Shown {...{ run, overlay, speeches, back }} away={state === 'closed'} nodeTypes={nodeTypes.data} />;
}

interface ShownProps {
  run: Run;
  overlay: RunOverlay;
  speeches: SpeechStore;
  nodeTypes: NodeTypes;
  back: ReactNode;
  away: boolean;
}

function Shown({ run, overlay, speeches, nodeTypes, back, away }: ShownProps) {
  const { t } = useTranslation();
  const replaying = useReplay(run, overlay);
  return (
    <Page
      title={run.title || run.workflow.name}
      back={back}
      heading={
        <span className={classes.heading}>
          {run.title || run.workflow.name} <RunBadge status={run.status} needsPerson={run.steps.some(asksPerson)} />
        </span>
      }
      lead={<Facts run={run} away={away} />}
      actions={
        <>
          {!replaying.on && ended(run.status) && (
            <Button variant="default" leftSection={<IconHistory size={16} aria-hidden />} onClick={replaying.toggle}>
              {t('runs.replay.button')}
            </Button>
          )}
          {run.may.payload && (
            <ButtonLink
              to="/runs/$id/evidence"
              params={{ id: run.id }}
              variant="default"
              leftSection={<IconFileCertificate size={16} aria-hidden />}
            >
              {t('reports.evidence.button')}
            </ButtonLink>
          )}
          {run.status !== 'failed' && <LoadButton run={run} />}
          <RunActions run={run} />
        </>
      }
      width="full"
    >
      <DataGone run={run} />
      <RunView overlay={overlay} nodeTypes={nodeTypes} replaying={replaying} speeches={speeches} />
    </Page>
  );
}

/** What is no longer kept of its data, and by which rule. */
function DataGone({ run }: { run: Run }) {
  const { t, i18n } = useTranslation();
  if (run.erased) {
    const days = /^days:(\d+)$/.exec(run.erased.rule)?.[1];
    return (
      <Alert color="gray" title={t('runs.erased.title')}>
        {days ? t('runs.erased.days', { count: Number(days) }) : t('runs.erased.success')}{' '}
        <TimeAgo at={run.erased.at} />
      </Alert>
    );
  }
  if (!run.redacted) return null;
  const list = new Intl.ListFormat(i18n.language);
  const what = Object.keys(run.redacted.counts).map((rule) =>
    rule.startsWith('field:')
      ? t('runs.redacted.field', { name: rule.slice('field:'.length) })
      : t(`runs.redacted.kind.${rule as RedactedKind}`),
  );
  return (
    <Alert color="gray" title={t('runs.redacted.title')}>
      {t('runs.redacted.text', { what: list.format(what) })}
    </Alert>
  );
}

type RedactedKind = 'email' | 'phone' | 'iban' | 'card';

/** What the models of all its steps took. */
function SpentOn({ run }: { run: Run }) {
  const { t } = useTranslation();
  const amounts = useAmounts();
  const spent = spentBy(run.steps);
  if (!spent) return null;
  const { prompt_tokens, completion_tokens, cost } = spent;
  return (
    <>
      <span title={t('runs.spent.tokens', { read: prompt_tokens, written: completion_tokens })}>
        {t('runs.call.tokens', { count: prompt_tokens + completion_tokens })}
      </span>
      {cost !== null && <span>{t('runs.spent.cost', { cost: amounts(cost) })}</span>}
    </>
  );
}

const nameIn = (run: Run, key: string) => nodeByKey(run.graph, key)?.name || key;

function Facts({ run, away }: { run: Run; away: boolean }) {
  const { t } = useTranslation();
  const going = !ended(run.status);
  const now = useNow(1000, going);
  const took = (run.ended_at ? Date.parse(run.ended_at) : now.getTime()) - Date.parse(run.created_at);
  return (
    <div className={classes.facts}>
      {!isInner(run) && (
        <TextLink to="/workflows/$id" params={{ id: run.workflow.id }}>
          {run.workflow.name}
        </TextLink>
      )}
      {isInner(run) ? null : run.mode === 'test' || run.version === null ? (
        <SampleTag label={t('runs.test')} />
      ) : (
        <span>{t('runs.version', { number: run.version })}</span>
      )}
      {run.only && <span>{t('runs.only', { step: nameIn(run, run.only) })}</span>}
      {run.until && <span>{t('runs.until', { step: nameIn(run, run.until) })}</span>}
      <span>
        <StartedBy run={run} />
      </span>
      {run.mode === 'live' && (
        <span>{t('runs.runsAs', { name: run.runs_as?.name || t('words.request.product') })}</span>
      )}
      {run.token && <span>{t('runs.withToken', { name: run.token.name || run.token.id })}</span>}
      <TimeAgo at={run.created_at} />
      <span>{going ? t('runs.soFar', { time: duration(took) }) : t('runs.took', { time: duration(took) })}</span>
      <SpentOn run={run} />
      {run.repeats && (
        <TextLink to="/runs/$id" params={{ id: run.repeats }} search={{}}>
          {t('runs.repeats')}
        </TextLink>
      )}
      {run.repeated_by && (
        <TextLink to="/runs/$id" params={{ id: run.repeated_by }} search={{}}>
          {t('runs.repeatedBy')}
        </TextLink>
      )}
      {run.parent && (
        <TextLink to="/runs/$id" params={{ id: run.parent.run }} search={{ step: run.parent.step }}>
          {t('runs.parent')}
        </TextLink>
      )}
      {away && <span role="status">{t('runs.away')}</span>}
    </div>
  );
}
