import { SegmentedControl, Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { type UsageBy, type UsageFilters, useUsage, useUsageFile } from '@/api/usage';
import { DownloadButton } from '@/ui/download-button';
import filters from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TurnedAway } from '@/ui/turned-away';
import { BudgetsPanel } from './budgets-panel';
import { CallsTable } from './calls-table';
import { DayBars } from './day-bars';
import { FilterChips } from './filter-chips';
import { SumsTable } from './sums-table';
import { Totals } from './totals';
import classes from './usage.module.css';

const VIEWS = ['day', 'workflow', 'asset', 'person', 'calls', 'budgets'] as const;
export type View = (typeof VIEWS)[number];
const DAYS = [7, 30, 90, 366] as const;
const USUAL_DAYS = 30;

/** `/usage`: what models and tools were asked and what it cost; the address holds the view and the filters. */
export default function UsagePage() {
  return useCan('usage:read') ? <UsageOf /> : <TurnedAway />;
}

function UsageOf() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/usage' });
  const navigate = useNavigate({ from: '/usage' });
  const view = VIEWS.find((one) => one === search.by) ?? 'day';
  const days = DAYS.find((one) => one === search.days) ?? USUAL_DAYS;
  const { day, workflow, asset, person, failed } = search;
  const asked: UsageFilters = { days, day, workflow, asset, person, failed };
  return (
    <Page
      title={t('app.nav.usage')}
      lead={t('usage.lead')}
      actions={view !== 'budgets' && <Export by={view} asked={asked} />}
    >
      <div className={filters.bar}>
        <div className={classes.views}>
          <SegmentedControl
            aria-label={t('usage.view.label')}
            value={view}
            onChange={(by) => void navigate({ search: (old) => ({ ...old, by }) })}
            data={VIEWS.map((value) => ({ value, label: t(`usage.view.${value}`) }))}
          />
        </div>
        {view !== 'budgets' && (
          <Select
            aria-label={t('usage.days.label')}
            allowDeselect={false}
            w={170}
            data={DAYS.map((count) => ({ value: String(count), label: t(`usage.days.${count}`) }))}
            value={String(days)}
            onChange={(next) =>
              void navigate({ search: (old) => ({ ...old, days: next ? Number(next) : undefined, day: undefined }) })
            }
          />
        )}
      </div>
      {view === 'budgets' ? <BudgetsPanel /> : <Figures view={view} asked={asked} />}
    </Page>
  );
}

function Figures({ view, asked }: { view: Exclude<View, 'budgets'>; asked: UsageFilters }) {
  const by: UsageBy = view === 'calls' ? 'day' : view;
  const usage = useUsage(by, asked);
  return (
    <>
      <FilterChips asked={asked} />
      <ProblemAlert error={usage.error} retry={() => void usage.refetch()} />
      <Totals usage={usage.data} />
      {usage.data && usage.data.days.length > 1 && <DayBars usage={usage.data} />}
      {view === 'calls' ? (
        <CallsTable asked={asked} currency={usage.data?.currency ?? 'EUR'} />
      ) : (
        <SumsTable by={view} query={usage} />
      )}
    </>
  );
}

function Export({ by, asked }: { by: UsageBy | 'calls'; asked: UsageFilters }) {
  const { t } = useTranslation();
  const file = useUsageFile(by, asked);
  return <DownloadButton href={file}>{t('usage.export')}</DownloadButton>;
}
