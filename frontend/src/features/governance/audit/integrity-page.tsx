import { Alert, Button, Progress, Text, Title } from '@mantine/core';
import { IconAlertOctagon, IconFileZip, IconShieldCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import {
  type AuditCheck,
  isOpen,
  useAuditChecks,
  useCheckTrail,
  useEvidenceAddress,
  useIntegrity,
} from '@/api/integrity';
import { useCan } from '@/api/session';
import { dateTime } from '@/core/time';
import { plainText } from '@/core/values';
import { CopyLine } from '@/ui/copy-line';
import { type Column, DataTable, Waiting } from '@/ui/data-table';
import { DownloadButton } from '@/ui/download-button';
import { EmptyState } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import { TurnedAway } from '@/ui/turned-away';
import classes from '../integrity.module.css';
import { useLasting } from '../lasting';
import { AuditTabs } from './audit-tabs';

type Finding = 'integrity.finding.changed';

const SHOWN = { asked: 'waiting', running: 'running', whole: 'done', broken: 'failed' } as const;

/** `/audit/integrity`: whether every entry of the trail is as it was written, and what stands for that. */
export default function IntegrityPage() {
  return useCan('audit:read') ? <Integrity /> : <TurnedAway />;
}

function Integrity() {
  const { t } = useTranslation();
  const checks = useAuditChecks();
  const check = useCheckTrail();
  const evidence = useEvidenceAddress();
  const mayExport = useCan('audit:export');
  const newest = checks.rows[0];
  const busy = newest !== undefined && isOpen(newest);
  const actions = (
    <>
      {mayExport && (
        <DownloadButton href={evidence} leftSection={<IconFileZip size={16} aria-hidden />}>
          {t('integrity.evidence')}
        </DownloadButton>
      )}
      <Button
        leftSection={<IconShieldCheck size={16} aria-hidden />}
        loading={check.isPending || busy}
        onClick={() => check.mutate(undefined, { onError: (error) => toast.failed(error) })}
      >
        {t('integrity.verify')}
      </Button>
    </>
  );
  return (
    <Page title={t('integrity.title')} lead={t('integrity.lead')} actions={actions}>
      <AuditTabs />
      {newest && <Verdict check={newest} />}
      <Kept />
      <section className={classes.part}>
        <Title order={2} size="h4">
          {t('integrity.checks')}
        </Title>
        <Checks list={checks} />
      </section>
    </Page>
  );
}

/** The newest verification in one sentence; while it goes on, how far it is. */
function Verdict({ check }: { check: AuditCheck }) {
  const { t } = useTranslation();
  const words = useFindings();
  if (isOpen(check)) {
    const share = check.of > 0 ? (100 * check.events) / check.of : 0;
    return (
      <div className={classes.verdict} data-state="open" role="status">
        <Text fw={600}>{t(check.state === 'asked' ? 'integrity.asked' : 'integrity.running')}</Text>
        <Progress value={share} aria-label={t('integrity.progress')} />
        <Text size="sm" c="dimmed">
          {t('integrity.read', { done: plainText(check.events), all: plainText(check.of) })}
        </Text>
      </div>
    );
  }
  if (check.state === 'broken') {
    return (
      <Alert
        role="alert"
        color="red"
        variant="outline"
        icon={<IconAlertOctagon size={20} aria-hidden />}
        title={t('integrity.broken')}
        className={classes.broken}
      >
        <Text>{words(check)}</Text>
        <Text mt={4}>{t('integrity.advice')}</Text>
      </Alert>
    );
  }
  return (
    <div className={classes.verdict} data-state="whole" role="status">
      <Text fw={600} className={classes.whole}>
        <IconShieldCheck size={20} aria-hidden /> {t('integrity.whole')}
      </Text>
      <Text>
        {t('integrity.held', { events: plainText(check.events), logs: plainText(check.logs) })}{' '}
        {check.checkpoints > 0 && t('integrity.matched', { checkpoints: plainText(check.checkpoints) })}{' '}
        {check.outside === null && t('integrity.outsideSilent')}
        {check.outside !== null &&
          check.checkpoints > 0 &&
          t('integrity.outsideRead', { found: plainText(check.outside) })}
      </Text>
      {check.ended_at && (
        <Text size="sm" c="dimmed">
          <TimeAgo at={check.ended_at} />
        </Text>
      )}
    </div>
  );
}

/** What was found, by its code; the server's own sentence for a code that is not known here. */
function useFindings(): (check: AuditCheck) => string {
  const { t } = useTranslation();
  return (check) =>
    t(`integrity.finding.${check.code}` as Finding, {
      seq: check.bad_seq === null ? '' : plainText(check.bad_seq),
      run: check.run ?? '',
      defaultValue: check.finding,
    });
}

/** From where to where, signed up to what, guarded by whom. */
function Kept() {
  const { t } = useTranslation();
  const lasting = useLasting();
  const integrity = useIntegrity();
  if (integrity.error) return <ProblemAlert error={integrity.error} retry={() => void integrity.refetch()} />;
  if (!integrity.data) return <Waiting lines={4} />;
  const { first_seq, last_seq, newest, not_kept, outside, missing_guards, months, legal_hold, public_keys } =
    integrity.data;
  const facts: [string, React.ReactNode, boolean][] = [
    [
      t('integrity.fact.entries'),
      t('integrity.fact.fromTo', { first: plainText(first_seq), last: plainText(last_seq) }),
      true,
    ],
    [
      t('integrity.fact.signed'),
      newest ? (
        <>
          {t('integrity.fact.upTo', { seq: plainText(newest.seq) })}, {dateTime(new Date(newest.at))}
        </>
      ) : (
        t('integrity.fact.notYet')
      ),
      newest !== null,
    ],
    [t('integrity.fact.place'), t(outside ? 'integrity.fact.outside' : 'integrity.fact.inside'), outside],
    [t('integrity.fact.waiting'), not_kept === 0 ? t('integrity.fact.none') : plainText(not_kept), not_kept === 0],
    [
      t('integrity.fact.guards'),
      missing_guards.length === 0 ? t('integrity.fact.guarded') : missing_guards.join(', '),
      missing_guards.length === 0,
    ],
    [t('integrity.fact.kept'), legal_hold ? t('integrity.fact.hold') : lasting(months), true],
  ];
  return (
    <section className={classes.card} aria-label={t('integrity.kept')}>
      <dl className={classes.facts}>
        {facts.map(([name, value, well]) => (
          <div key={name} data-well={well}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {Object.entries(public_keys).map(([name, key]) => (
        <CopyLine key={name} label={t('integrity.key', { name })} value={key} help={t('integrity.keyHelp')} />
      ))}
    </section>
  );
}

function Checks({ list }: { list: ReturnType<typeof useAuditChecks> }) {
  const { t } = useTranslation();
  const words = useFindings();
  const columns: Column<AuditCheck>[] = [
    {
      key: 'when',
      header: t('integrity.column.when'),
      cell: (row) => <time dateTime={row.asked_at}>{dateTime(new Date(row.asked_at))}</time>,
    },
    {
      key: 'result',
      header: t('integrity.column.result'),
      cell: (row) => <Badge shown={SHOWN[row.state]} label={t(`integrity.state.${row.state}`)} quiet />,
    },
    {
      key: 'found',
      header: t('integrity.column.found'),
      cell: (row) => (row.state === 'broken' ? words(row) : t('integrity.entries', { count: row.events })),
    },
    {
      key: 'by',
      header: t('integrity.column.by'),
      wide: true,
      cell: (row) => row.asked_by?.name ?? t('integrity.itself'),
    },
  ];
  return (
    <DataTable
      label={t('integrity.checks')}
      columns={columns}
      rows={list.rows}
      rowKey={(row) => row.id}
      count={list.count}
      query={list.query}
      empty={<EmptyState icon={IconShieldCheck} title={t('integrity.empty')} text={t('integrity.emptyText')} />}
    />
  );
}
