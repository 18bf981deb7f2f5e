import { Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRuns } from '@/api/runs';
import type { RunRow } from '@/api/types';
import { TextLink } from '@/ui/button-link';
import { type Column, DataTable } from '@/ui/data-table';
import filters from '@/ui/filters.module.css';
import { RunBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import classes from './home.module.css';

const SHOWN = 5;

/** Live runs that have not ended, newest first. */
export function InProgress() {
  const { t } = useTranslation();
  const { rows, query } = useRuns({ mode: 'live', open: true, page_size: SHOWN });
  const columns: Column<RunRow>[] = [
    {
      key: 'run',
      header: t('runs.column.run'),
      cell: (run) => (
        <Link to="/runs/$id" params={{ id: run.id }} search={{}} className={filters.name}>
          {run.title || run.workflow.name}
        </Link>
      ),
    },
    { key: 'workflow', header: t('runs.column.workflow'), wide: true, cell: (run) => run.workflow.name },
    {
      key: 'status',
      header: t('runs.column.status'),
      cell: (run) => <RunBadge status={run.status} needsPerson={run.needs_person} quiet />,
    },
    { key: 'started', header: t('runs.column.started'), cell: (run) => <TimeAgo at={run.created_at} /> },
  ];
  return (
    <section aria-labelledby="in-progress" className={classes.section}>
      <div className={classes.sectionHead}>
        <Title order={2} id="in-progress">
          {t('home.progress.title')}
        </Title>
        <TextLink to="/runs" search={{ mode: 'live', open: true }} size="sm">
          {t('home.progress.all')}
        </TextLink>
      </div>
      <DataTable
        label={t('home.progress.title')}
        columns={columns}
        rows={rows.slice(0, SHOWN)}
        rowKey={(run) => run.id}
        query={{ isPending: query.isPending, error: query.error, refetch: query.refetch }}
        empty={<p className={classes.nothing}>{t('home.progress.empty')}</p>}
      />
    </section>
  );
}
