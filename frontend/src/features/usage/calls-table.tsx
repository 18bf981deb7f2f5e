import { Text } from '@mantine/core';
import { IconMessageQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type AssetCall, type UsageFilters, useUsageCalls } from '@/api/usage';
import { many, money } from '@/core/money';
import { phrase } from '@/core/server-words';
import { shortDuration } from '@/core/time';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';

/** The calls behind a figure, the newest first. */
export function CallsTable({ asked, currency }: { asked: UsageFilters; currency: string }) {
  const { t, i18n } = useTranslation();
  const list = useUsageCalls(asked);
  const columns: Column<AssetCall>[] = [
    {
      key: 'asset',
      header: t('usage.column.asset'),
      cell: (row) => (
        <>
          <Link to="/assets/$id" params={{ id: row.asset.id }} className={filters.name}>
            {phrase(row.asset.name)}
          </Link>
          <Text size="xs" c="dimmed">
            {t('usage.version', { number: row.version })}
            {row.arm !== 'live' && ` · ${t(`usage.arm.${row.arm}`)}`}
          </Text>
        </>
      ),
    },
    { key: 'for', header: t('usage.column.for'), cell: (row) => <For call={row} /> },
    {
      key: 'person',
      header: t('usage.column.person'),
      wide: true,
      cell: (row) => row.person?.name ?? t('usage.none.person'),
    },
    {
      key: 'result',
      header: t('usage.column.result'),
      wide: true,
      cell: (row) => (
        <Badge
          quiet
          shown={row.code ? 'failed' : 'done'}
          label={row.code ? t('usage.failed') : shortDuration(row.ms, i18n.language)}
        />
      ),
    },
    {
      key: 'tokens',
      header: t('usage.column.tokens'),
      wide: true,
      cell: (row) => {
        const tokens = (row.prompt_tokens ?? 0) + (row.completion_tokens ?? 0);
        return tokens > 0 ? many(tokens, i18n.language) : '–';
      },
    },
    {
      key: 'cost',
      header: t('usage.column.cost'),
      cell: (row) => (row.cost === null ? '–' : money(Number(row.cost), currency, i18n.language)),
    },
    { key: 'at', header: t('usage.column.at'), wide: true, cell: (row) => <TimeAgo at={row.at} /> },
  ];
  return (
    <DataTable
      label={t('usage.table.calls')}
      columns={columns}
      rows={list.rows}
      rowKey={(row) => row.id}
      count={list.count}
      query={list.query}
      empty={<EmptyState icon={IconMessageQuestion} title={t('usage.empty.title')} text={t('usage.empty.text')} />}
    />
  );
}

/** The run that asked, or that a person asked for help. */
function For({ call }: { call: AssetCall }) {
  const { t } = useTranslation();
  if (!call.workflow || !call.run) return t('usage.none.workflow');
  return (
    <Link to="/runs/$id" params={{ id: call.run }} search={{}} className={filters.plain}>
      {phrase(call.workflow.name) || t('usage.unnamed.workflow')}
    </Link>
  );
}
