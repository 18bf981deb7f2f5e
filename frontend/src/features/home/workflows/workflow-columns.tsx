import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import type { RunRow, WorkflowItem } from '@/api/types';
import type { Column } from '@/ui/data-table';
import filters from '@/ui/filters.module.css';
import { SampleTag } from '@/ui/sample-tag';
import { RunBadge, WorkflowBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { RenameCell } from './rename-cell';
import { WorkflowMenu } from './workflow-menu';
import classes from './workflows.module.css';

interface ColumnsOf {
  latest: ReadonlyMap<string, RunRow>;
  archived: boolean;
  taken: ReadonlySet<string>;
  renaming: string | null;
  onRename: (id: string | null) => void;
  /** The folder of a workflow in words, where the list shows more than one folder. */
  placeOf: (workflow: WorkflowItem) => string;
}

export function useWorkflowColumns({ latest, archived, taken, renaming, onRename, placeOf }: ColumnsOf) {
  const { t } = useTranslation();
  const seesRuns = useCan('run:read');
  const columns: (Column<WorkflowItem> | false)[] = [
    {
      key: 'name',
      header: t('workflows.column.name'),
      cell: (row) =>
        renaming === row.id ? (
          <RenameCell workflow={row} onEnd={() => onRename(null)} />
        ) : (
          <NameCell workflow={row} place={placeOf(row)} />
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
    {
      key: 'changed',
      header: t('workflows.column.changed'),
      wide: true,
      cell: (row) => <TimeAgo at={row.changed_at} />,
    },
    {
      key: 'menu',
      header: t('workflows.column.menu'),
      quietHeader: true,
      width: 56,
      cell: (row) => <WorkflowMenu workflow={row} archived={archived} taken={taken} onRename={onRename} />,
    },
  ];
  return columns.filter((column) => column !== false);
}

function NameCell({ workflow, place }: { workflow: WorkflowItem; place: string }) {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.nameLine}>
        <Link to="/workflows/$id" params={{ id: workflow.id }} className={filters.name} draggable={false}>
          {workflow.name}
        </Link>
        {workflow.tags.map((tag) => (
          <Link
            key={tag}
            to="/workflows"
            search={(before: object) => ({ ...before, tag })}
            className={classes.tag}
            aria-label={t('workflows.withTag', { tag })}
            draggable={false}
          >
            {tag}
          </Link>
        ))}
      </div>
      {(place || workflow.description) && (
        <Text size="xs" c="dimmed" lineClamp={1}>
          {[place, workflow.description].filter(Boolean).join(' · ')}
        </Text>
      )}
    </>
  );
}

export function LatestRun({ run }: { run: RunRow | undefined }) {
  const { t } = useTranslation();
  if (!run)
    return (
      <Text size="sm" c="dimmed">
        {t('workflows.noRun')}
      </Text>
    );
  return (
    <div className={classes.latest}>
      <Link to="/runs/$id" params={{ id: run.id }} search={{}} className={classes.latest} draggable={false}>
        <RunBadge status={run.status} needsPerson={run.needs_person} quiet />
        <Text span size="xs" c="dimmed">
          <TimeAgo at={run.created_at} />
        </Text>
      </Link>
      {run.mode === 'test' && <SampleTag label={t('runs.test')} />}
    </div>
  );
}
