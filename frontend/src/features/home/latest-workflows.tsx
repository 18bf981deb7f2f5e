import { Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import type { WorkflowItem } from '@/api/types';
import { useLatestRuns } from '@/api/workflow-lists';
import { useWorkflows } from '@/api/workflows';
import { TextLink } from '@/ui/button-link';
import { type Column, DataTable } from '@/ui/data-table';
import filters from '@/ui/filters.module.css';
import { WorkflowBadge } from '@/ui/status-badge';
import classes from './home.module.css';
import { LatestRun } from './workflows/workflow-columns';

const SHOWN = 5;

/** The workflows that were worked on last. */
export function LatestWorkflows() {
  const { t } = useTranslation();
  const list = useWorkflows({ page_size: SHOWN });
  const rows = list.rows.slice(0, SHOWN);
  const seesRuns = useCan('run:read');
  const latest = useLatestRuns(
    rows.map((row) => row.id),
    seesRuns,
  );
  const columns: (Column<WorkflowItem> | false)[] = [
    {
      key: 'name',
      header: t('workflows.column.name'),
      cell: (row) => (
        <Link to="/workflows/$id" params={{ id: row.id }} className={filters.name}>
          {row.name}
        </Link>
      ),
    },
    { key: 'status', header: t('workflows.column.status'), cell: (row) => <WorkflowBadge status={row.status} /> },
    seesRuns && {
      key: 'run',
      header: t('workflows.column.run'),
      wide: true,
      cell: (row) => <LatestRun run={latest.get(row.id)} />,
    },
    { key: 'owner', header: t('workflows.column.owner'), wide: true, cell: (row) => row.owner?.name ?? '–' },
  ];
  return (
    <section aria-labelledby="latest-workflows" className={classes.section}>
      <div className={classes.sectionHead}>
        <Title order={2} id="latest-workflows">
          {t('home.workflows.title')}
        </Title>
        <TextLink to="/workflows" search={{}} size="sm">
          {t('home.workflows.all')}
        </TextLink>
      </div>
      <DataTable
        label={t('home.workflows.title')}
        columns={columns.filter((column) => column !== false)}
        rows={rows}
        rowKey={(row) => row.id}
        query={{ isPending: list.query.isPending, error: list.query.error, refetch: list.query.refetch }}
        empty={<p className={classes.nothing}>{t('workflows.empty.title')}</p>}
      />
    </section>
  );
}
