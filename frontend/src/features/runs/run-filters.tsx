import { Button, MultiSelect, SegmentedControl, Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSavedSearches } from '@/api/searches';
import { useWorkflows } from '@/api/workflows';
import filters from '@/ui/filters.module.css';
import { SavedSearches } from '@/ui/saved-searches';
import { SearchField } from '@/ui/search-field';
import { HOWS } from './started-by';

const STATUSES = ['running', 'waiting', 'done', 'failed', 'cancelled', 'paused', 'queued'] as const;
const PERIODS = { day: 1, week: 7, month: 30 } as const;
type Period = keyof typeof PERIODS;

const DAY_MS = 86_400_000;

/** What the list is narrowed to. All of it stands in the address, so that it can be passed on and the way back works. */
export function RunFilters() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/runs' });
  const navigate = useNavigate({ from: '/runs' });
  const workflows = useWorkflows({});
  const searches = useSavedSearches('runs');
  const set = (key: 'status' | 'workflow' | 'mode' | 'how' | 'since') => (value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [key]: value || undefined }) });
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
      <SearchField
        label={t('runs.search')}
        value={search.search}
        onSearch={(text) =>
          void navigate({ search: (before) => ({ ...before, search: text }), replace: Boolean(search.search) })
        }
      />
      <Select
        aria-label={t('runs.column.workflow')}
        placeholder={t('runs.anyWorkflow')}
        clearable
        searchable
        data={[...names].map(([value, label]) => ({ value, label }))}
        value={search.workflow ?? null}
        onChange={set('workflow')}
        w={180}
      />
      {!search.dead && (
        <MultiSelect
          aria-label={t('runs.column.status')}
          placeholder={search.status ? '' : t('runs.anyStatus')}
          clearable
          data={STATUSES.map((value) => ({ value, label: t(`runs.status.${value}`) }))}
          value={search.status?.split(',') ?? []}
          onChange={(values) => set('status')(values.join(','))}
          miw={150}
          maw={260}
        />
      )}
      <Select
        aria-label={t('runs.column.how')}
        placeholder={t('runs.anyHow')}
        clearable
        data={HOWS.filter((how) => how !== 'items').map((value) => ({ value, label: t(`runs.how.${value}`) }))}
        value={search.how ?? null}
        onChange={set('how')}
        w={170}
      />
      <Select
        aria-label={t('runs.when.label')}
        placeholder={t('runs.when.any')}
        clearable
        data={(Object.keys(PERIODS) as Period[]).map((value) => ({ value, label: t(`runs.when.${value}`) }))}
        value={periodOf(search.since)}
        onChange={(value) => set('since')(value ? sinceOf(value as Period) : null)}
        w={150}
      />
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
        w={140}
      />
      <Button variant="subtle" disabled={!any} onClick={() => void navigate({ search: {} })}>
        {t('runs.reset')}
      </Button>
      <SavedSearches searches={searches} current={search} onApply={(query) => void navigate({ search: query })} />
    </search>
  );
}

/** Begins at a whole hour, so that the same choice is the same address for a while. */
function sinceOf(period: Period): string {
  const from = new Date(Date.now() - PERIODS[period] * DAY_MS);
  from.setMinutes(0, 0, 0);
  return from.toISOString();
}

function periodOf(since: string | undefined): Period | null {
  if (!since) return null;
  const days = (Date.now() - Date.parse(since)) / DAY_MS;
  const found = Object.entries(PERIODS).find(([, length]) => Math.abs(days - length) < 0.5);
  return (found?.[0] as Period | undefined) ?? null;
}
