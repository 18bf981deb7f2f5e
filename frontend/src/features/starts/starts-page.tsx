import { Button, Switch, Text, Tooltip } from '@mantine/core';
import {
  IconActivityHeartbeat,
  IconBolt,
  IconCalendarTime,
  IconForms,
  IconLink,
  IconMessage,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Start, type StartDeed, useStartDeed, useStarts } from '@/api/starts';
import { dueTime } from '@/core/time';
import { ButtonLink } from '@/ui/button-link';
import { Confirm } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { RunBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import { useRuleWords } from '@/ui/use-rule-words';
import classes from './starts.module.css';

const ICONS = {
  schedule: IconCalendarTime,
  link: IconLink,
  form: IconForms,
  message: IconMessage,
  alert: IconActivityHeartbeat,
};

/** `/starts`: what starts workflows by itself, whether it is on, and when it did last and does next. */
export default function StartsPage() {
  const { t } = useTranslation();
  const query = useStarts();
  const columns = useColumns();
  return (
    <Page title={t('app.nav.starts')} lead={t('starts.lead')}>
      <DataTable
        label={t('app.nav.starts')}
        columns={columns}
        rows={query.data ?? []}
        rowKey={(row) => `${row.workflow.id} ${row.node}`}
        count={query.data?.length ?? 0}
        query={query}
        empty={
          <EmptyState
            icon={IconBolt}
            title={t('starts.empty')}
            text={t('starts.emptyText')}
            action={
              <ButtonLink to="/workflows" search={{}} variant="default">
                {t('starts.emptyAction')}
              </ButtonLink>
            }
          />
        }
      />
    </Page>
  );
}

function useNameOf() {
  const { t } = useTranslation();
  return (start: Start) => start.name || t(`starts.kind.${start.kind}`);
}

function useColumns(): Column<Start>[] {
  const { t } = useTranslation();
  return [
    { key: 'start', header: t('starts.column.start'), cell: (row) => <What start={row} /> },
    { key: 'on', header: t('starts.column.on'), width: 76, cell: (row) => <OnSwitch start={row} /> },
    { key: 'last', header: t('starts.column.last'), wide: true, cell: (row) => <Last start={row} /> },
    { key: 'next', header: t('starts.column.next'), wide: true, cell: (row) => <Next start={row} /> },
    { key: 'do', header: t('starts.column.do'), quietHeader: true, wide: true, cell: (row) => <CatchUp start={row} /> },
  ];
}

function What({ start }: { start: Start }) {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const say = useRuleWords();
  const Icon = ICONS[start.kind];
  return (
    <div className={classes.what}>
      <Icon size={18} stroke={1.7} aria-hidden />
      <div className={classes.words}>
        <Link
          to="/workflows/$id"
          params={{ id: start.workflow.id }}
          search={{ step: start.node }}
          className={classes.name}
        >
          {nameOf(start)}
        </Link>
        <Text size="xs" c="dimmed">
          {start.workflow.name} · {start.rule ? say(start.rule) : t(`starts.kind.${start.kind}`)}
        </Text>
        <div className={classes.onPhone}>
          <span>
            {t('starts.column.last')}: <Last start={start} />
          </span>
          <span>
            {t('starts.column.next')}: <Next start={start} />
          </span>
          <CatchUp start={start} />
        </div>
      </div>
    </div>
  );
}

function useDeed(start: Start) {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const deed = useStartDeed();
  const act = (what: StartDeed) =>
    deed.mutate(
      { start, deed: what },
      {
        onSuccess: (answer) =>
          toast.done(
            what === 'catch-up'
              ? t('starts.did.catchUp', { count: answer?.times ?? 0 })
              : t(`starts.did.${what}`, { name: nameOf(start) }),
          ),
        onError: (error) => toast.failed(error),
      },
    );
  return { act, busy: deed.isPending };
}

/** One switch: on, or off with the reason in its description. */
function OnSwitch({ start }: { start: Start }) {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const { act, busy } = useDeed(start);
  const reasons = {
    on: '',
    paused: start.paused_by ? t('starts.pausedBy', { name: start.paused_by }) : t('starts.state.paused'),
    workflow_paused: t('starts.workflowPaused'),
  };
  const why = start.may_pause ? reasons[start.state] : t('starts.mayNot');
  const id = `why-${start.workflow.id}-${start.node}`;
  return (
    <>
      <Tooltip label={why} disabled={why === ''}>
        <span>
          <Switch
            aria-label={t('starts.onLabel', { name: nameOf(start), workflow: start.workflow.name })}
            aria-describedby={id}
            checked={start.state === 'on'}
            disabled={busy || !start.may_pause || start.state === 'workflow_paused'}
            className={classes.switch}
            onChange={() => act(start.state === 'on' ? 'pause' : 'resume')}
          />
        </span>
      </Tooltip>
      <span id={id} className={classes.hidden}>
        {why}
      </span>
    </>
  );
}

function Last({ start }: { start: Start }) {
  const { t } = useTranslation();
  if (!start.last) return t('starts.never');
  return (
    <Link to="/runs/$id" params={{ id: start.last.run }} search={{}} className={classes.last}>
      <RunBadge status={start.last.status} />
      <TimeAgo at={start.last.at} />
    </Link>
  );
}

function Next({ start }: { start: Start }) {
  const { t } = useTranslation();
  if (start.state === 'paused')
    return start.paused_by ? t('starts.pausedBy', { name: start.paused_by }) : t('starts.state.paused');
  if (start.state === 'workflow_paused') return t('starts.state.workflow_paused');
  if (!start.next_at) return t('starts.byItself');
  const zone = typeof start.rule?.time_zone === 'string' ? start.rule.time_zone : undefined;
  return <time dateTime={start.next_at}>{dueTime(new Date(start.next_at), undefined, zone)}</time>;
}

/** Times at which nothing was running, and making up for them. */
function CatchUp({ start }: { start: Start }) {
  const { t } = useTranslation();
  const { act, busy } = useDeed(start);
  const [asking, setAsking] = useState(false);
  if (start.queued > 0) return t('starts.queued', { count: start.queued });
  if (start.missed === 0) return null;
  return (
    <div className={classes.missed}>
      <span>{t('starts.missed', { count: start.missed })}</span>
      {start.may_run && start.state === 'on' && (
        <Button size="compact-sm" variant="default" loading={busy} onClick={() => setAsking(true)}>
          {t('starts.catchUp')}
        </Button>
      )}
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('starts.catchUpTitle', { count: start.missed })}
        text={t('starts.catchUpText')}
        verb={t('starts.catchUp')}
        onConfirm={() => act('catch-up')}
      />
    </div>
  );
}
