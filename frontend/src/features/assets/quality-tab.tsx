import { Button, Progress, Select, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRulerMeasure } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  isUnderWay,
  useChooseDataSet,
  useDataSets,
  useEvaluate,
  useEvaluations,
  useStopEvaluation,
} from '@/api/evaluations';
import type { AssetDetail, EvaluationItem } from '@/api/types';
import { figureText } from '@/core/quality';
import { sentence } from '@/core/server-words';
import { ButtonLink, TextLink } from '@/ui/button-link';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { ProblemAlert } from '@/ui/problem-alert';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import { DataSetForm } from './data-set-form';
import { DataSetRows } from './data-set-rows';
import { figureName } from './figure-name';
import classes from './quality.module.css';
import { Part } from './report-view';

const SHOWN = { queued: 'waiting', running: 'running', done: 'done', failed: 'failed', stopped: 'stopped' } as const;

/** How good the versions of a model are, by the data set that it is measured by; of a data set, its rows. */
export default function QualityTab({ asset }: { asset: AssetDetail }) {
  if (asset.kind === 'data_set') return <DataSetRows asset={asset} />;
  return (
    <div className={classes.stack}>
      {asset.may.modify && <Measuring asset={asset} />}
      <Reports asset={asset} />
    </div>
  );
}

function Measuring({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const sets = useDataSets();
  const choose = useChooseDataSet(asset.id);
  const evaluate = useEvaluate(asset.id);
  const [adding, { open, close }] = useDisclosure(false);
  const newest = asset.versions[0]?.number;
  const [version, setVersion] = useState<string | null>(newest === undefined ? null : String(newest));
  const chosen = asset.evaluation_set?.id ?? null;
  const pick = (next: string | null) =>
    choose.mutate(next, { onSuccess: () => toast.done(t('quality.changed')), onError: (error) => toast.failed(error) });
  const measure = () =>
    evaluate.mutate(
      { version: Number(version) },
      { onSuccess: ({ version: number }) => toast.done(t('quality.measuring', { number })) },
    );
  return (
    <Part title={t('quality.measuredBy')} hint={t('quality.measuredByHint')}>
      <div className={classes.bar}>
        <Select
          className={classes.choice}
          label={t('quality.column.set')}
          placeholder={t('quality.noSet')}
          searchable
          clearable
          data={sets.rows.map((one) => ({ value: one.id, label: one.title }))}
          value={chosen}
          onChange={pick}
        />
        <Button variant="default" onClick={open}>
          {t('quality.addSet')}
        </Button>
      </div>
      <div className={classes.bar}>
        <Select
          className={classes.choice}
          label={t('quality.version')}
          allowDeselect={false}
          data={asset.versions.map((one) => ({ value: String(one.number), label: String(one.number) }))}
          value={version}
          onChange={setVersion}
        />
        <Button
          leftSection={<IconRulerMeasure size={18} aria-hidden />}
          disabled={!chosen || !version}
          title={chosen ? undefined : t('quality.needsSet')}
          loading={evaluate.isPending}
          onClick={measure}
        >
          {t('quality.measure')}
        </Button>
      </div>
      <ProblemAlert error={evaluate.error} />
      <DataSetForm opened={adding} onClose={close} onAdded={pick} />
    </Part>
  );
}

function Reports({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { rows, count, query } = useEvaluations(asset.id);
  return (
    <DataTable
      label={t('quality.reports')}
      columns={useColumns(asset)}
      rows={rows}
      rowKey={(row) => row.id}
      count={count}
      query={query}
      empty={
        <EmptyState
          icon={IconRulerMeasure}
          title={t('quality.noReports')}
          text={asset.may.modify && t('quality.noReportsHint')}
        />
      }
    />
  );
}

function useColumns(asset: AssetDetail): Column<EvaluationItem>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'version',
      header: t('quality.column.version'),
      cell: (row) =>
        row.state === 'done' ? (
          <TextLink to="/assets/$id/evaluations/$evaluation" params={{ id: asset.id, evaluation: row.id }}>
            {t('assets.versions.number', { number: row.version })}
          </TextLink>
        ) : (
          t('assets.versions.number', { number: row.version })
        ),
    },
    {
      key: 'figure',
      header: t('quality.column.figure'),
      cell: (row) => (row.value === null ? '–' : `${figureName(t, row.main)} ${figureText(row.main, row.value)}`),
    },
    {
      key: 'set',
      header: t('quality.column.set'),
      wide: true,
      cell: ({ data_set }) => t('quality.setVersion', { title: data_set.title, number: data_set.number }),
    },
    { key: 'state', header: t('quality.column.state'), cell: (row) => <State row={row} /> },
    { key: 'at', header: t('quality.column.at'), wide: true, cell: (row) => <TimeAgo at={row.created_at} /> },
    {
      key: 'actions',
      header: t('quality.column.actions'),
      quietHeader: true,
      cell: (row) => <Actions asset={asset} row={row} />,
    },
  ];
}

function State({ row }: { row: EvaluationItem }) {
  const { t } = useTranslation();
  const progress = t('quality.progress', { asked: row.asked, cases: row.cases });
  return (
    <div>
      <Badge shown={SHOWN[row.state]} label={t(`quality.state.${row.state}`)} quiet={row.state === 'done'} />
      {row.state === 'running' && row.cases > 0 && (
        <>
          <Progress mt={6} size="sm" value={(row.asked / row.cases) * 100} aria-label={progress} />
          <Text size="xs" c="dimmed">
            {progress}
          </Text>
        </>
      )}
      {row.error && (
        <Text size="xs" c="dimmed" className={classes.long}>
          {sentence(row.error) ?? row.error}
        </Text>
      )}
    </div>
  );
}

function Actions({ asset, row }: { asset: AssetDetail; row: EvaluationItem }) {
  const { t } = useTranslation();
  const stop = useStopEvaluation(asset.id);
  if (row.state === 'done') {
    return (
      <ButtonLink
        to="/assets/$id/evaluations/$evaluation"
        params={{ id: asset.id, evaluation: row.id }}
        size="compact-sm"
        variant="default"
        aria-label={t('quality.openNamed', { number: row.version })}
      >
        {t('quality.open')}
      </ButtonLink>
    );
  }
  if (!isUnderWay(row.state) || !asset.may.modify) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={stop.isPending}
      aria-label={t('quality.stopNamed', { number: row.version })}
      onClick={() => stop.mutate(row.id, { onError: (error) => toast.failed(error) })}
    >
      {t('quality.stop')}
    </Button>
  );
}
