import { Button, SegmentedControl, Select, Text } from '@mantine/core';
import { IconCircleCheck, IconListDetails } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useRuns } from '@/api/runs';
import { useSavedSearches } from '@/api/searches';
import { useCan } from '@/api/session';
import type { RunRow } from '@/api/types';
import { useWorkflows } from '@/api/workflows';
import { shortDuration } from '@/core/time';
import { ButtonLink } from '@/ui/button-link';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { SampleTag } from '@/ui/sample-tag';
import { SavedSearches } from '@/ui/saved-searches';
import { RunBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { toldProblem } from '@/ui/told';
import { useChosen } from '@/ui/use-chosen';
import { BulkBar } from './bulk-bar';
import { ListScope } from './list-scope';
import { StartedBy } from './started-by';

const STATUSES = ['running', 'waiting', 'done', 'failed', 'cancelled', 'paused', 'queued'] as const;

export default function RunsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/runs' });
  const list = useRuns(search);
  const columns = useColumns();
  const ids = useMemo(() => list.rows.map((row) => row.id), [list.rows]);
  const chosen = useChosen(ids);
  const may = useCan('run:cancel');
  return (
    <Page title={t('app.nav.runs')}>
      <Filters />
      {search.dead && (
        <Text size="sm" c="dimmed">
          {t('runs.dead.text')}
        </Text>
      )}
      <ListScope />
      <BulkBar chosen={chosen.keys} dead={search.dead === true} onDone={chosen.clear} />
      <DataTable
        label={t('app.nav.runs')}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.id}
        count={list.count}
        query={list.query}
        empty={<Nothing />}
        {...(may ? { choice: { chosen, nameOf: (row: RunRow) => row.title || row.workflow.name } } : {})}
      />
    </Page>
  );
}

function useColumns(): Column<RunRow>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'title',
      header: t('runs.column.run'),
      cell: (row) => (
        <>
          <Link to="/runs/$id" params={{ id: row.id }} search={{}} className={filters.name}>
            {row.title || row.workflow.name}
          </Link>
          {row.title && row.title !== row.workflow.name && (
            <Text size="xs" c="dimmed">
              {row.workflow.name}
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'status',
      header: t('runs.column.status'),
      cell: (row) => (
        <>
          <RunBadge status={row.status} needsPerson={row.needs_person} />
          {(row.error || row.waiting_for) && (
            <Text size="xs" c="dimmed" lineClamp={1} maw={280} visibleFrom="sm">
              {row.error ? toldProblem(row.error).message : row.waiting_for}
            </Text>
          )}
        </>
      ),
    },
    { key: 'started', header: t('runs.column.started'), wide: true, cell: (row) => <TimeAgo at={row.created_at} /> },
    {
      key: 'took',
      header: t('runs.column.took'),
      wide: true,
      cell: (row) =>
        row.ended_at ? shortDuration(Date.parse(row.ended_at) - Date.parse(row.created_at)) : t('runs.notEnded'),
    },
    { key: 'how', header: t('runs.column.how'), wide: true, cell: (row) => <StartedBy run={row} /> },
    {
      key: 'version',
      header: t('runs.column.version'),
      wide: true,
      cell: (row) =>
        row.mode === 'test' || row.version === null ? <SampleTag label={t('runs.test')} /> : String(row.version),
    },
  ];
}

function Filters() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/runs' });
  const navigate = useNavigate({ from: '/runs' });
  const workflows = useWorkflows({});
  const searches = useSavedSearches('runs');
  const set = (key: 'status' | 'workflow' | 'mode') => (value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [key]: value ?? undefined }) });
  const names = new Map(workflows.rows.map((one) => [one.id, one.name]));
  if (search.workflow && !names.has(search.workflow)) names.set(search.workflow, t('runs.chosenWorkflow'));
  const any = Object.values(search).some((value) => value !== undefined);
  return (
    <search className={filters.bar}>
      <SegmentedControl
        size="sm"
        aria-label={t('runs.dead.label')}
        value={search.dead ? 'dead' : 'all'}
        onChange={(value) =>
          void navigate({
            // Failed is what all of them are.
            search: ({ dead: _, status, ...before }) =>
              value === 'dead' ? { ...before, dead: true } : { ...before, status },
          })
        }
        data={[
          { value: 'all', label: t('runs.dead.all') },
          { value: 'dead', label: t('runs.dead.failed') },
        ]}
      />
      <Select
        aria-label={t('runs.column.workflow')}
        placeholder={t('runs.anyWorkflow')}
        clearable
        searchable
        data={[...names].map(([value, label]) => ({ value, label }))}
        value={search.workflow ?? null}
        onChange={set('workflow')}
        className={filters.search}
      />
      {!search.dead && (
        <Select
          aria-label={t('runs.column.status')}
          placeholder={t('runs.anyStatus')}
          clearable
          data={STATUSES.map((value) => ({ value, label: t(`runs.status.${value}`) }))}
          value={search.status ?? null}
          onChange={set('status')}
          w={150}
        />
      )}
      <Select
        aria-label={t('runs.mode.label')}
        placeholder={t('runs.mode.any')}
        clearable
        data={[
          { value: 'live', label: t('runs.mode.live') },
          { value: 'test', label: t('runs.mode.test') },
        ]}
        value={search.mode ?? null}
        onChange={set('mode')}
        w={150}
      />
      <Button variant="subtle" disabled={!any} onClick={() => void navigate({ search: {} })}>
        {t('runs.reset')}
      </Button>
      <SavedSearches searches={searches} current={search} onApply={(query) => void navigate({ search: query })} />
    </search>
  );
}

function Nothing() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/runs' });
  const navigate = useNavigate({ from: '/runs' });
  const { workflow, ...others } = search;
  if (search.dead && Object.keys(others).length === 1) {
    return <EmptyState icon={IconCircleCheck} title={t('runs.dead.empty')} text={t('runs.dead.emptyText')} />;
  }
  const filtered = Object.values(others).some((value) => value !== undefined);
  if (filtered) {
    return (
      <EmptyState
        icon={IconListDetails}
        title={t('runs.empty.filtered')}
        action={
          <Button variant="default" onClick={() => void navigate({ search: {} })}>
            {t('runs.reset')}
          </Button>
        }
      />
    );
  }
  if (workflow) {
    return (
      <EmptyState
        icon={IconListDetails}
        title={t('runs.empty.workflow')}
        action={
          <ButtonLink to="/workflows/$id" params={{ id: workflow }} variant="default">
            {t('runs.openWorkflow')}
          </ButtonLink>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={IconListDetails}
      title={t('runs.empty.title')}
      text={t('runs.empty.text')}
      action={
        <ButtonLink to="/" variant="default">
          {t('runs.empty.home')}
        </ButtonLink>
      }
    />
  );
}
