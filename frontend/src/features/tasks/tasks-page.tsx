import { Tabs, Text } from '@mantine/core';
import { IconChecklist } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useTasks } from '@/api/tasks';
import type { TaskFilter, TaskItem } from '@/api/types';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { TimeAgo } from '@/ui/time-ago';
import classes from './task.module.css';
import { TaskBadge } from './task-badge';

const FILTERS: readonly TaskFilter[] = ['open', 'mine', 'unassigned', 'completed'];

export default function TasksPage() {
  const { t } = useTranslation();
  const { state } = useSearch({ from: '/authed/shell/tasks' });
  const filter = FILTERS.find((one) => one === state) ?? 'open';
  const navigate = useNavigate({ from: '/tasks' });
  const list = useTasks(filter);
  const columns = useColumns(filter === 'completed');
  return (
    <Page title={t('app.nav.tasks')}>
      <Tabs
        value={filter}
        onChange={(value) =>
          void navigate({ search: { state: value === 'open' || value === null ? undefined : value } })
        }
      >
        <Tabs.List className={classes.tabs} aria-label={t('tasks.filter.label')}>
          {FILTERS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`tasks.filter.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={filter} pt="md">
          <DataTable
            label={t('app.nav.tasks')}
            columns={columns}
            rows={list.rows}
            rowKey={(row) => row.id}
            count={list.count}
            query={list.query}
            empty={<EmptyState icon={IconChecklist} title={t(`tasks.empty.${filter}`)} text={t('tasks.empty.text')} />}
          />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function useColumns(completed: boolean): Column<TaskItem>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'title',
      header: t('tasks.column.task'),
      cell: (row) => (
        <>
          <Link to="/tasks/$id" params={{ id: row.id }} className={filters.name}>
            {row.title}
          </Link>
          <Text size="xs" c="dimmed">
            {[row.workflow.name, row.run_title].filter(Boolean).join(' · ')}
          </Text>
        </>
      ),
    },
    { key: 'state', header: t('tasks.column.state'), cell: (row) => <TaskBadge task={row} /> },
    {
      key: 'person',
      header: t(completed ? 'tasks.column.decidedBy' : 'tasks.column.assignee'),
      wide: true,
      cell: (row) => (completed ? row.decided_by : row.assignee)?.name ?? '–',
    },
    {
      key: 'created',
      header: t(completed ? 'tasks.column.decidedAt' : 'tasks.column.created'),
      wide: true,
      cell: (row) => <TimeAgo at={(completed && row.decided_at) || row.created_at} />,
    },
    {
      key: 'due',
      header: t('tasks.column.due'),
      wide: true,
      cell: (row) => (row.due_at ? <TimeAgo at={row.due_at} /> : '–'),
    },
  ];
}
