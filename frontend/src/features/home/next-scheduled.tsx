import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useNextSchedules } from '@/api/figures';
import type { NextSchedule } from '@/api/types';
import { dueTime } from '@/core/time';
import { type Column, DataTable } from '@/ui/data-table';
import filters from '@/ui/filters.module.css';
import classes from './home.module.css';

/** What the clock starts next. */
export function NextScheduled() {
  const { t, i18n } = useTranslation();
  const query = useNextSchedules();
  const columns: Column<NextSchedule>[] = [
    {
      key: 'workflow',
      header: t('runs.column.workflow'),
      cell: ({ workflow, words }) => (
        <>
          <Link to="/workflows/$id" params={{ id: workflow.id }} className={filters.name}>
            {workflow.name}
          </Link>
          <Text size="xs" c="dimmed">
            {words}
          </Text>
        </>
      ),
    },
    {
      key: 'at',
      header: t('home.next.at'),
      cell: ({ next_at }) => <time dateTime={next_at}>{dueTime(new Date(next_at), i18n.language)}</time>,
    },
  ];
  return (
    <section aria-labelledby="next-scheduled" className={classes.section}>
      <Title order={2} id="next-scheduled">
        {t('home.next.title')}
      </Title>
      <DataTable
        label={t('home.next.title')}
        columns={columns}
        rows={query.data ?? []}
        rowKey={({ workflow, next_at, words }) => workflow.id + next_at + words}
        query={query}
        empty={<p className={classes.nothing}>{t('home.next.empty')}</p>}
      />
    </section>
  );
}
