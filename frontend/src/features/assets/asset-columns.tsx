import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Recent, useRecentUse } from '@/api/assets';
import type { Asset } from '@/api/types';
import { count } from '@/core/figures';
import type { Column } from '@/ui/data-table';
import filters from '@/ui/filters.module.css';
import { SampleTag } from '@/ui/sample-tag';
import { Badge } from '@/ui/status-badge';
import { Tag } from '@/ui/tag';
import { TimeAgo } from '@/ui/time-ago';
import classes from './assets.module.css';
import { KIND_ICONS } from './kinds';
import { money } from './money';
import { taskWord } from './task-word';

/** What the list tells of each asset. */
export function useAssetColumns(rows: readonly Asset[]): Column<Asset>[] {
  const { t } = useTranslation();
  const ids = useMemo(() => rows.map((row) => row.id), [rows]);
  const recent = useRecentUse(ids);
  return [
    { key: 'title', header: t('assets.column.name'), cell: (row) => <NameCell asset={row} /> },
    { key: 'live', header: t('assets.column.live'), cell: (row) => <LiveCell asset={row} /> },
    {
      key: 'uses',
      header: t('assets.column.uses'),
      wide: true,
      cell: (row) => <Uses asset={row} recent={recent.get(row.id)} />,
    },
    {
      key: 'calls',
      header: t('assets.column.calls'),
      wide: true,
      cell: (row) => <Calls recent={recent.get(row.id)} />,
    },
    {
      key: 'cost',
      header: t('assets.column.cost'),
      wide: true,
      cell: (row) => money(recent.get(row.id)?.cost) ?? '–',
    },
    {
      key: 'last',
      header: t('assets.column.last'),
      wide: true,
      cell: (row) => <Last recent={recent.get(row.id)} />,
    },
    { key: 'owner', header: t('assets.column.owner'), wide: true, cell: (row) => row.owner?.name ?? '–' },
  ];
}

function NameCell({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  const Icon = KIND_ICONS[asset.kind];
  const what = [t(`assets.kind.${asset.kind}`), taskWord(t, asset.task)].filter(Boolean).join(' · ');
  return (
    <div className={classes.named}>
      <Icon size={20} stroke={1.6} aria-hidden className={classes.icon} />
      <div className={classes.name}>
        <span className={classes.facts}>
          <Link to="/assets/$id" params={{ id: asset.id }} className={filters.name}>
            {asset.title}
          </Link>
          {asset.sample && <SampleTag label={t('assets.sample')} />}
          {asset.risk_class === 'high' && <Tag tone="attention">{t('assets.risk.high')}</Tag>}
          {asset.tags.map((tag) => (
            <Link
              key={tag}
              to="/assets"
              search={(before: object) => ({ ...before, tag })}
              className={filters.plain}
              aria-label={t('assets.filter.withTag', { tag })}
            >
              <Tag>{tag}</Tag>
            </Link>
          ))}
        </span>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {[what, asset.description].filter(Boolean).join(' · ')}
        </Text>
      </div>
    </div>
  );
}

function LiveCell({ asset }: { asset: Asset }) {
  const { t } = useTranslation();
  if (!asset.live) return <Badge shown="draft" label={t('assets.live.none')} quiet />;
  return <Badge shown="live" label={t('assets.versions.number', { number: asset.live.number })} quiet />;
}

function Uses({ asset, recent }: { asset: Asset; recent: Recent | undefined }) {
  const { t } = useTranslation();
  if (!recent) return null;
  if (recent.uses === 0) return <Text size="sm">{t('assets.list.unused')}</Text>;
  return (
    <Link to="/assets/$id" params={{ id: asset.id }} search={{ tab: 'dependents' }} className={filters.plain}>
      {t('assets.list.uses', { count: recent.uses })}
    </Link>
  );
}

function Calls({ recent }: { recent: Recent | undefined }) {
  const { t, i18n } = useTranslation();
  if (!recent) return null;
  return (
    <>
      {count(recent.calls, i18n.language)}
      {recent.errors > 0 && (
        <Text size="xs" className={classes.failed}>
          {t('assets.list.failed', { failed: count(recent.errors, i18n.language) })}
        </Text>
      )}
    </>
  );
}

function Last({ recent }: { recent: Recent | undefined }) {
  const { t } = useTranslation();
  if (!recent) return null;
  return recent.last_call_at ? <TimeAgo at={recent.last_call_at} /> : t('assets.list.never');
}
