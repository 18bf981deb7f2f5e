import { IconCoins } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { UsageBy, UsageRow, useUsage } from '@/api/usage';
import { many, money } from '@/core/money';
import { phrase } from '@/core/server-words';
import { day as dayWords } from '@/core/time';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import classes from './usage.module.css';

/** What was asked and what it cost, by day, workflow, model or person. Every row opens its calls. */
export function SumsTable({ by, query }: { by: UsageBy; query: ReturnType<typeof useUsage> }) {
  const { t, i18n } = useTranslation();
  const { data } = query;
  const name = useRowName(by);
  const currency = data?.currency ?? 'EUR';
  const priced = Number(data?.total.cost ?? 0) > 0;
  const weight = (row: UsageRow) => (priced ? Number(row.cost) : row.calls);
  const most = Math.max(1e-9, ...(data?.rows ?? []).map(weight));
  const columns: Column<UsageRow>[] = [
    {
      key: 'name',
      header: t(`usage.column.${by}`),
      cell: (row) => (
        <Link to="/usage" search={(old) => ({ ...old, by: 'calls', [by]: row.key ?? 'none' })} className={filters.name}>
          {name(row)}
        </Link>
      ),
    },
    { key: 'calls', header: t('usage.column.calls'), cell: (row) => many(row.calls, i18n.language) },
    {
      key: 'errors',
      header: t('usage.column.errors'),
      wide: true,
      cell: (row) =>
        row.errors > 0 ? (
          <Link
            to="/usage"
            search={(old) => ({ ...old, by: 'calls', [by]: row.key ?? 'none', failed: true })}
            className={classes.errors}
            aria-label={t('usage.failedOf', { count: row.errors, name: name(row) })}
          >
            {many(row.errors, i18n.language)}
          </Link>
        ) : (
          '0'
        ),
    },
    {
      key: 'tokens',
      header: t('usage.column.tokens'),
      wide: true,
      cell: (row) => many(row.prompt_tokens + row.completion_tokens, i18n.language),
    },
    { key: 'cost', header: t('usage.column.cost'), cell: (row) => money(Number(row.cost), currency, i18n.language) },
    {
      key: 'share',
      header: t('usage.column.share'),
      quietHeader: true,
      wide: true,
      width: 140,
      cell: (row) => (
        <span className={classes.track} aria-hidden>
          <span className={classes.fill} style={{ width: `${(weight(row) / most) * 100}%` }} />
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label={t(`usage.table.${by}`)}
      columns={columns}
      rows={data?.rows ?? []}
      rowKey={(row) => row.key ?? 'none'}
      count={data?.count ?? 0}
      query={query}
      empty={<EmptyState icon={IconCoins} title={t('usage.empty.title')} text={t('usage.empty.text')} />}
    />
  );
}

function useRowName(by: UsageBy): (row: UsageRow) => string {
  const { t } = useTranslation();
  if (by === 'day') return (row) => dayWords(new Date(row.key ?? ''), undefined, 'UTC');
  return (row) => (row.key === null ? t(`usage.none.${by}`) : phrase(row.name) || t(`usage.unnamed.${by}`));
}
