import { Button, Group, Progress, Text, Title } from '@mantine/core';
import { IconActivityHeartbeat, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssetDetail, Check, LastCheck, Watch } from '@/api/types';
import { useLookNow, useWatch } from '@/api/watching';
import { type Trait, traitRows } from '@/core/drift';
import { percent } from '@/core/figures';
import { shortDuration } from '@/core/time';
import { type Column, DataTable, Waiting } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { ProblemAlert } from '@/ui/problem-alert';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import { AlertList } from './alert-list';
import { useTraitWord } from './trait-word';
import classes from './watch.module.css';
import { WatchLimits } from './watch-limits';

/** Whether the model still does what it was measured to do. */
export default function WatchTab({ asset }: { asset: AssetDetail }) {
  const watch = useWatch(asset.id);
  if (!watch.data) {
    return watch.error ? <ProblemAlert error={watch.error} retry={() => void watch.refetch()} /> : <Waiting />;
  }
  return <Watched asset={asset} watch={watch.data} />;
}

function Watched({ asset, watch }: { asset: AssetDetail; watch: Watch }) {
  const { t } = useTranslation();
  const { last } = watch;
  return (
    <div className={classes.tab}>
      <section aria-labelledby="now" className={classes.section}>
        <Group justify="space-between" gap="xs">
          <Title order={2} size="h4" id="now">
            {t('learning.watch.now')}
          </Title>
          {asset.may.modify && !asset.archived_at && <LookNow asset={asset} />}
        </Group>
        {last ? (
          <Now watch={watch} last={last} />
        ) : (
          <div className={classes.frame}>
            <EmptyState
              icon={IconActivityHeartbeat}
              title={t('learning.watch.none')}
              text={t('learning.watch.noneText')}
            />
          </div>
        )}
      </section>
      {last && last.traits.length > 0 && <Traits traits={last.traits} />}
      <AlertList asset={asset} />
      {asset.may.modify && !asset.archived_at && <WatchLimits asset={asset} limits={watch.limits} />}
      {watch.checks.length > 1 && <Looks checks={watch.checks} />}
    </div>
  );
}

function LookNow({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const look = useLookNow(asset.id);
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={16} aria-hidden />}
      loading={look.isPending}
      onClick={() =>
        look.mutate(undefined, {
          onSuccess: () => toast.done(t('learning.watch.looking')),
          onError: (error) => toast.failed(error),
        })
      }
    >
      {t('learning.watch.look')}
    </Button>
  );
}

function Now({ watch, last }: { watch: Watch; last: LastCheck }) {
  const { t, i18n } = useTranslation();
  const part = (value: number | null) => (value === null ? '–' : percent(value, i18n.language));
  return (
    <>
      <Text
        className={classes.verdict}
        data-tone={last.comparable ? (last.drifted ? 'attention' : 'done') : undefined}
        role="status"
      >
        <DriftWords last={last} />
      </Text>
      <dl className={classes.figures}>
        <Figure
          name={t('learning.watch.agreement')}
          detail={t('learning.watch.judged', { count: last.judged })}
          value={part(last.judged > 0 ? last.agreed / last.judged : null)}
        />
        <Figure
          name={t('learning.watch.corrections')}
          detail={t('learning.watch.correctionsHint')}
          value={new Intl.NumberFormat(i18n.language).format(watch.new_corrections)}
        />
        <Figure name={t('learning.watch.confidence')} value={part(last.confidence)} />
        <Figure name={t('learning.watch.errors')} value={part(last.error_rate)} />
        <Figure
          name={t('learning.watch.p95')}
          value={last.p95_ms === null ? '–' : shortDuration(last.p95_ms, i18n.language)}
        />
      </dl>
      <Text size="sm" c="dimmed">
        {t('learning.watch.lookedAt', { count: last.calls, number: last.version })} <TimeAgo at={last.at} />
      </Text>
    </>
  );
}

/** One sentence: what there is to compare with, and whether the calls are like it. */
function DriftWords({ last }: { last: LastCheck }) {
  const { t } = useTranslation();
  if (!last.comparable) return t('learning.watch.incomparable');
  if (last.traits.length === 0) return t('learning.watch.tooFew');
  return last.drifted ? t('learning.watch.drifted') : t('learning.watch.steady');
}

function Figure({ name, value, detail }: { name: string; value: ReactNode; detail?: string }) {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd>
        <span className={classes.value}>{value}</span>
        {detail && (
          <Text component="span" size="xs" c="dimmed">
            {detail}
          </Text>
        )}
      </dd>
    </div>
  );
}

/** What is looked at of a call, what moved furthest first. */
function Traits({ traits }: { traits: Trait[] }) {
  const { t, i18n } = useTranslation();
  const word = useTraitWord();
  const shown = (value: number | null) =>
    value === null ? '–' : new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 3 }).format(value);
  const columns: Column<Trait>[] = [
    { key: 'name', header: t('learning.watch.column.trait'), cell: (row) => word(row.name) },
    {
      key: 'moved',
      header: t('learning.watch.column.moved'),
      cell: (row) => (
        <Text size="sm" className={classes.moved} data-tone={row.drifted ? 'attention' : undefined}>
          {row.drifted ? t('learning.watch.moved') : t('learning.watch.asBefore')}
        </Text>
      ),
    },
    { key: 'score', header: t('learning.watch.column.distance'), cell: (row) => <Distance score={row.score} /> },
    { key: 'before', header: t('learning.watch.column.before'), wide: true, cell: (row) => shown(row.before) },
    { key: 'after', header: t('learning.watch.column.after'), wide: true, cell: (row) => shown(row.after) },
  ];
  return (
    <section aria-labelledby="traits" className={classes.section}>
      <Title order={2} size="h4" id="traits">
        {t('learning.watch.traits')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('learning.watch.traitsLead')}
      </Text>
      <DataTable
        label={t('learning.watch.traits')}
        columns={columns}
        rows={traitRows(traits)}
        rowKey={(row) => row.name}
        query={HERE}
        empty={null}
      />
    </section>
  );
}

/** 0: like the rows of the training; 100 %: nothing alike. */
function Distance({ score }: { score: number }) {
  const { t, i18n } = useTranslation();
  return (
    <span className={classes.distance}>
      <Progress
        value={score * 100}
        size="sm"
        className={classes.bar}
        aria-label={t('learning.watch.column.distance')}
      />
      {percent(score, i18n.language)}
    </span>
  );
}

/** The looks of the last time, the newest first. */
function Looks({ checks }: { checks: Check[] }) {
  const { t, i18n } = useTranslation();
  const part = (value: number | null) => (value === null ? '–' : percent(value, i18n.language));
  const columns: Column<Check>[] = [
    { key: 'at', header: t('learning.watch.column.at'), cell: (row) => <TimeAgo at={row.at} /> },
    {
      key: 'drift',
      header: t('learning.watch.column.distance'),
      cell: (row) => (row.score === null ? '–' : <Distance score={row.score} />),
    },
    {
      key: 'agreement',
      header: t('learning.watch.agreement'),
      cell: (row) => part(row.judged > 0 ? row.agreed / row.judged : null),
    },
    { key: 'confidence', header: t('learning.watch.confidence'), wide: true, cell: (row) => part(row.confidence) },
    { key: 'errors', header: t('learning.watch.errors'), wide: true, cell: (row) => part(row.error_rate) },
    { key: 'version', header: t('learning.watch.column.version'), wide: true, cell: (row) => row.version },
    { key: 'calls', header: t('learning.watch.column.calls'), wide: true, cell: (row) => row.calls },
  ];
  return (
    <section aria-labelledby="looks" className={classes.section}>
      <Title order={2} size="h4" id="looks">
        {t('learning.watch.looks')}
      </Title>
      <DataTable
        label={t('learning.watch.looks')}
        columns={columns}
        rows={[...checks].reverse()}
        rowKey={(row) => row.id}
        query={HERE}
        empty={null}
      />
    </section>
  );
}

const HERE = { isPending: false, error: null, refetch: () => undefined };
