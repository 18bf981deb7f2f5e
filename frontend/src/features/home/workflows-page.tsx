import { Button, Checkbox, Group, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconRoute, IconSearch } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRuns } from '@/api/runs';
import { useCan } from '@/api/session';
import type { RunRow, WorkflowItem } from '@/api/types';
import { useWorkflows } from '@/api/workflows';
import { ButtonLink } from '@/ui/button-link';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { RunBadge, WorkflowBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { CreateWorkflow } from './create-workflow';
import { WorkflowMenu } from './workflow-menu';

export default function WorkflowsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/workflows' });
  const list = useWorkflows(search);
  const mayEdit = useCan('workflow:edit');
  const lastRuns = useLastRuns();
  const columns = useColumns(lastRuns, search.archived === true);
  return (
    <Page title={t('app.nav.workflows')} actions={mayEdit && <CreateWorkflow />}>
      <Filters />
      <DataTable
        label={t('app.nav.workflows')}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.id}
        count={list.count}
        query={list.query}
        empty={<Nothing />}
      />
    </Page>
  );
}

/** The newest run of each workflow, among the newest hundred. */
function useLastRuns(): ReadonlyMap<string, RunRow> {
  const { rows } = useRuns({ page_size: 100 });
  const last = new Map<string, RunRow>();
  for (const run of rows) if (!last.has(run.workflow.id)) last.set(run.workflow.id, run);
  return last;
}

function useColumns(lastRuns: ReadonlyMap<string, RunRow>, archived: boolean): Column<WorkflowItem>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      header: t('workflows.column.name'),
      cell: (row) => (
        <>
          <Link to="/workflows/$id" params={{ id: row.id }} className={filters.name}>
            {row.name}
          </Link>
          {row.description && (
            <Text size="xs" c="dimmed" lineClamp={1}>
              {row.description}
            </Text>
          )}
        </>
      ),
    },
    { key: 'status', header: t('workflows.column.status'), cell: (row) => <WorkflowBadge status={row.status} /> },
    {
      key: 'run',
      header: t('workflows.column.run'),
      wide: true,
      cell: (row) => {
        const run = lastRuns.get(row.id);
        if (!run) return <Text c="dimmed">{t('workflows.noRun')}</Text>;
        return (
          <Link to="/runs/$id" params={{ id: run.id }} search={{}} className={filters.plain}>
            <RunBadge status={run.status} needsPerson={run.needs_person} quiet />{' '}
            <Text span size="xs" c="dimmed">
              <TimeAgo at={run.created_at} />
            </Text>
          </Link>
        );
      },
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
      cell: (row) => <WorkflowMenu workflow={row} archived={archived} />,
    },
  ];
}

function Filters() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/workflows' });
  const navigate = useNavigate({ from: '/workflows' });
  const [text, setText] = useState(search.search ?? '');
  // Cleared from elsewhere: the field follows.
  useEffect(() => {
    if (search.search === undefined) setText('');
  }, [search.search]);
  const apply = useDebouncedCallback((value: string) => {
    void navigate({ search: (before) => ({ ...before, search: value || undefined }), replace: true });
  }, 250);
  return (
    <search className={filters.bar}>
      <TextInput
        aria-label={t('workflows.search')}
        placeholder={t('workflows.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        type="search"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          apply(event.currentTarget.value);
        }}
        className={filters.search}
      />
      <Select
        aria-label={t('workflows.column.status')}
        placeholder={t('workflows.anyStatus')}
        clearable
        data={(['draft', 'live', 'paused'] as const).map((value) => ({ value, label: t(`words.workflow.${value}`) }))}
        value={search.status ?? null}
        onChange={(status) => void navigate({ search: (before) => ({ ...before, status: status ?? undefined }) })}
        w={150}
      />
      <Checkbox
        label={t('workflows.archived')}
        checked={search.archived === true}
        onChange={(event) => {
          const archived = event.currentTarget.checked || undefined;
          void navigate({ search: (before) => ({ ...before, archived }) });
        }}
      />
    </search>
  );
}

function Nothing() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/workflows' });
  const navigate = useNavigate({ from: '/workflows' });
  const mayEdit = useCan('workflow:edit');
  const filtered = search.search || search.status;
  if (!filtered && search.archived) return <EmptyState icon={IconRoute} title={t('workflows.empty.archive')} />;
  if (!filtered) {
    return (
      <EmptyState
        icon={IconRoute}
        title={t('workflows.empty.title')}
        text={t('workflows.empty.text')}
        action={
          mayEdit && (
            <Group gap="sm" justify="center">
              <CreateWorkflow />
              <ButtonLink to="/templates" search={{}} variant="default">
                {t('workflows.empty.templates')}
              </ButtonLink>
            </Group>
          )
        }
      />
    );
  }
  return (
    <EmptyState
      icon={IconSearch}
      title={search.search ? t('workflows.empty.search', { text: search.search }) : t('workflows.empty.filter')}
      action={
        <Button variant="default" onClick={() => void navigate({ search: {} })}>
          {t('workflows.empty.clear')}
        </Button>
      }
    />
  );
}
