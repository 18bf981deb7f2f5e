import { SegmentedControl, Select, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AssetDay, useAssetDays } from '@/api/asset-versions';
import type { AssetDetail } from '@/api/types';
import { dayOf } from '@/core/time';
import { Bars } from '@/ui/bars';
import { type Column, DataTable, Waiting } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { ProblemAlert } from '@/ui/problem-alert';
import type { TabProps } from './asset-tabs';
import classes from './assets.module.css';
import { everyDay, type Figure, figureOf, told } from './use-figures';
import { UseTotals } from './use-totals';
import { useFigureWords } from './use-words';

const SPANS = [7, 30, 90] as const;
const USUAL = 30;

/** How much it is asked, how well it answers, and what it costs, day by day. */
export default function UseTab({ asset }: TabProps) {
  const search = useSearch({ from: '/authed/shell/assets/$id' });
  const days = SPANS.find((span) => span === search.days) ?? USUAL;
  const version = asset.versions.find(({ number }) => number === search.version)?.number;
  const figures = useAssetDays(asset.id, days, version);
  return (
    <>
      <Choices asset={asset} days={days} version={version} />
      {figures.error && <ProblemAlert error={figures.error} retry={() => void figures.refetch()} />}
      {!figures.data && !figures.error && <Waiting />}
      {figures.data && <Figures rows={figures.data} days={days} />}
    </>
  );
}

interface ChoicesProps {
  asset: AssetDetail;
  days: number;
  version: number | undefined;
}

function Choices({ asset, days, version }: ChoicesProps) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/assets/$id' });
  return (
    <div className={classes.facts}>
      <SegmentedControl
        aria-label={t('assets.use.days')}
        data={SPANS.map((span) => ({ value: String(span), label: t('assets.use.last', { days: span }) }))}
        value={String(days)}
        onChange={(next) => void navigate({ search: (old) => ({ ...old, days: Number(next) }), replace: true })}
      />
      {asset.versions.length > 1 && (
        <Select
          aria-label={t('assets.use.version')}
          placeholder={t('assets.use.every')}
          clearable
          w={170}
          data={asset.versions.map(({ number }) => ({
            value: String(number),
            label: t('assets.versions.number', { number }),
          }))}
          value={version === undefined ? null : String(version)}
          onChange={(next) =>
            void navigate({ search: (old) => ({ ...old, version: next ? Number(next) : undefined }), replace: true })
          }
        />
      )}
    </div>
  );
}

function Figures({ rows, days }: { rows: readonly AssetDay[]; days: number }) {
  const { t } = useTranslation();
  if (rows.length === 0) {
    return (
      <div className={classes.panel}>
        <EmptyState icon={IconChartBar} title={t('assets.use.none')} text={t('assets.use.noneText')} />
      </div>
    );
  }
  return (
    <>
      <UseTotals rows={rows} />
      <Chart rows={rows} days={days} />
      <DayTable rows={rows} />
      <Text size="xs" c="dimmed">
        {t('assets.use.utc')}
      </Text>
    </>
  );
}

function Chart({ rows, days }: { rows: readonly AssetDay[]; days: number }) {
  const { t } = useTranslation();
  const words = useFigureWords();
  const [wanted, setFigure] = useState<Figure>('calls');
  const offered = told(rows);
  const figure = offered.includes(wanted) ? wanted : 'calls';
  const all = everyDay(rows, days, new Date());
  const most = Math.max(...rows.map((row) => figureOf(row, figure) ?? 0));
  const bars = all.map(({ day, row }) => {
    const value = row && figureOf(row, figure);
    const shown = words.value(figure, value);
    return {
      key: day,
      label: t('assets.use.bar', { day: dayOf(day).words, value: shown }),
      share: value && most > 0 ? value / most : null,
    };
  });
  return (
    <section className={classes.panel} aria-label={t('assets.use.bars', { figure: words.name(figure) })}>
      <div className={classes.chartHead}>
        <SegmentedControl
          size="xs"
          aria-label={t('assets.use.figure')}
          data={offered.map((one) => ({ value: one, label: words.name(one) }))}
          value={figure}
          onChange={(next) => setFigure(next as Figure)}
        />
        <Text size="sm" c="dimmed">
          {t('assets.use.most', { value: words.value(figure, most) })}
        </Text>
      </div>
      <Bars label={t('assets.use.bars', { figure: words.name(figure) })} bars={bars} />
      <div className={classes.ends}>
        <span>{dayOf(all[0]?.day ?? '').words}</span>
        <span>{dayOf(all.at(-1)?.day ?? '').words}</span>
      </div>
    </section>
  );
}

function DayTable({ rows }: { rows: readonly AssetDay[] }) {
  const { t } = useTranslation();
  const words = useFigureWords();
  const columns: Column<AssetDay>[] = [
    { key: 'day', header: t('assets.use.day'), cell: (row) => dayOf(row.day).words },
    ...told(rows).map(
      (figure): Column<AssetDay> => ({
        key: figure,
        header: words.name(figure),
        wide: !['calls', 'errors', 'p95'].includes(figure),
        cell: (row) => <span className={classes.number}>{words.value(figure, figureOf(row, figure))}</span>,
      }),
    ),
  ];
  return (
    <DataTable
      label={t('assets.use.table')}
      columns={columns}
      rows={[...rows].reverse()}
      rowKey={(row) => row.day}
      query={{ isPending: false, error: null, refetch: () => undefined }}
      empty={null}
    />
  );
}
