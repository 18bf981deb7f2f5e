import { Button, Tabs } from '@mantine/core';
import { IconChecklist, IconSearchOff } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useTasks } from '@/api/tasks';
import type { TaskFilter, TaskItem } from '@/api/types';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { SearchField } from '@/ui/search-field';
import { TimeAgo } from '@/ui/time-ago';
import { useAsked, useRequester } from './requester';
import classes from './task.module.css';
import { TaskBadge } from './task-badge';

const FILTERS: readonly TaskFilter[] = ['open', 'mine', 'unassigned', 'completed'];

export default function TasksPage() {
  const { t } = useTranslation();
  const { state, search } = useSearch({ from: '/authed/shell/tasks' });
  const filter = FILTERS.find((one) => one === state) ?? 'open';
  const navigate = useNavigate({ from: '/tasks' });
  const list = useTasks(filter, { search });
  const columns = useColumns(filter === 'completed');
  return (
    <Page title={t('app.nav.tasks')}>
      <Tabs
        value={filter}
        onChange={(value) =>
          void navigate({
            search: (before) => ({ ...before, state: value === 'open' || value === null ? undefined : value }),
          })
        }
      >
        <Tabs.List className={classes.tabs} aria-label={t('tasks.filter.label')}>
          {FILTERS.map((one) => (
            <Tabs.Tab key={one} value={one} className={classes.tab}>
              {t(`tasks.filter.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={filter} className={classes.panel}>
          <search className={filters.bar}>
            <SearchField
              label={t('tasks.search')}
              value={search}
              onSearch={(text) => void navigate({ search: (before) => ({ ...before, search: text }), replace: true })}
            />
          </search>
          <DataTable
            label={t('app.nav.tasks')}
            columns={columns}
            rows={list.rows}
            rowKey={(row) => row.id}
            count={list.count}
            query={list.query}
            empty={<Nothing filter={filter} />}
          />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Nothing({ filter }: { filter: TaskFilter }) {
  const { t } = useTranslation();
  const { search } = useSearch({ from: '/authed/shell/tasks' });
  const navigate = useNavigate({ from: '/tasks' });
  if (!search)
    return <EmptyState icon={IconChecklist} title={t(`tasks.empty.${filter}`)} text={t('tasks.empty.text')} />;
  return (
    <EmptyState
      icon={IconSearchOff}
      title={t('tasks.empty.search', { search })}
      action={
        <Button
          variant="default"
          onClick={() => void navigate({ search: (before) => ({ ...before, search: undefined }) })}
        >
          {t('tasks.clearSearch')}
        </Button>
      }
    />
  );
}

function useColumns(completed: boolean): Column<TaskItem>[] {
  const { t } = useTranslation();
  const requester = useRequester();
  const asked = useAsked();
  const person = (row: TaskItem) => (completed ? row.decided_by : row.assignee)?.name;
  const since = (row: TaskItem) => (completed && row.decided_at) || row.created_at;
  return [
    {
      key: 'title',
      header: t('tasks.column.task'),
      cell: (row) => (
        <div className={classes.what}>
          <Link to="/tasks/$id" params={{ id: row.id }} className={classes.open}>
            {row.title}
          </Link>
          <span className={classes.small}>{[row.workflow.name, row.run_title].filter(Boolean).join(' · ')}</span>
          <span className={classes.onPhone}>
            <span>{t('tasks.from', { name: requester(row) })}</span>
            <span>
              {t(completed ? 'tasks.column.decidedAt' : 'tasks.column.created')} <TimeAgo at={since(row)} />
            </span>
            {row.due_at && !completed && (
              <span>
                {t('tasks.column.due')} <TimeAgo at={row.due_at} />
              </span>
            )}
            {person(row) && (
              <span>
                {t(completed ? 'tasks.column.decidedBy' : 'tasks.column.assignee')} {person(row)}
              </span>
            )}
          </span>
        </div>
      ),
    },
    { key: 'state', header: t('tasks.column.state'), cell: (row) => <TaskBadge task={row} /> },
    { key: 'requester', header: t('tasks.column.requester'), wide: true, cell: requester },
    { key: 'asked', header: t('tasks.column.asked'), wide: true, cell: asked },
    {
      key: 'person',
      header: t(completed ? 'tasks.column.decidedBy' : 'tasks.column.assignee'),
      wide: true,
      cell: (row) => person(row) ?? '–',
    },
    {
      key: 'created',
      header: t(completed ? 'tasks.column.decidedAt' : 'tasks.column.created'),
      wide: true,
      cell: (row) => <TimeAgo at={since(row)} />,
    },
    {
      key: 'due',
      header: t('tasks.column.due'),
      wide: true,
      cell: (row) => (row.due_at ? <TimeAgo at={row.due_at} /> : '–'),
    },
  ];
}
