import { Button, Text, TextInput } from '@mantine/core';
import { IconUserSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Sought, type SubjectRun, useRunsAbout } from '@/api/reports';
import { useCan } from '@/api/session';
import { personName } from '@/core/erased';
import { phrase } from '@/core/server-words';
import { startOf } from '@/core/span';
import { dateTime } from '@/core/time';
import { label } from '@/core/values';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import bar from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { SampleTag } from '@/ui/sample-tag';
import { RunBadge } from '@/ui/status-badge';
import { TurnedAway } from '@/ui/turned-away';
import { AuditTabs } from './audit-tabs';
import { DaySpan } from './day-span';

const SHORTEST = 3;

/** `/audit/search`: the runs about a person or record. What is looked for stands in no address. */
export default function SubjectPage() {
  const reads = useCan('audit:read');
  const sees = useCan('run:payload');
  return reads && sees ? <Subject /> : <TurnedAway />;
}

function Subject() {
  const { t } = useTranslation();
  const [value, setValue] = useState('');
  const [span, setSpan] = useState<{ since?: string | undefined; until?: string | undefined }>({});
  const [sought, setSought] = useState<Sought | null>(null);
  const list = useRunsAbout(sought);
  const columns = useColumns();
  const tooShort = value.trim().length < SHORTEST;
  const seek = (event: FormEvent) => {
    event.preventDefault();
    if (!tooShort) setSought({ value: value.trim(), since: startOf(span.since), until: startOf(span.until, 1) });
  };
  return (
    <Page title={t('reports.subject.title')} lead={t('reports.subject.lead')}>
      <AuditTabs />
      <search>
        <form className={bar.bar} data-labelled onSubmit={seek}>
          <TextInput
            label={t('reports.subject.value')}
            placeholder={t('reports.subject.example')}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
            maxLength={200}
            autoComplete="off"
            w={300}
          />
          <DaySpan {...span} onChange={(next) => setSpan((before) => ({ ...before, ...next }))} />
          <Button
            type="submit"
            disabled={tooShort}
            loading={list.query.isFetching && !list.query.isFetchingNextPage}
            aria-describedby="subject-note"
          >
            {t('reports.subject.verb')}
          </Button>
        </form>
      </search>
      <Text size="sm" c="dimmed" id="subject-note">
        {t('reports.subject.note')}
      </Text>
      {sought && (
        <DataTable
          label={t('reports.subject.found')}
          columns={columns}
          rows={list.rows}
          rowKey={(row) => row.id}
          count={list.count}
          query={list.query}
          empty={<EmptyState icon={IconUserSearch} title={t('reports.subject.none', { value: sought.value })} />}
        />
      )}
    </Page>
  );
}

function useColumns(): Column<SubjectRun>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'run',
      header: t('reports.column.run'),
      cell: (row) => (
        <>
          <Link to="/runs/$id" params={{ id: row.id }} search={{}} className={bar.name}>
            {row.title}
          </Link>
          <Text size="xs" c="dimmed">
            {row.mode === 'test' ? (
              <SampleTag label={t('reports.subject.test')} />
            ) : (
              t('reports.subject.version', { workflow: row.workflow.name, number: row.version })
            )}
          </Text>
        </>
      ),
    },
    { key: 'result', header: t('reports.column.result'), cell: (row) => <RunBadge status={row.status} quiet /> },
    { key: 'models', header: t('reports.column.models'), cell: (row) => <Models models={row.models} /> },
    { key: 'people', header: t('reports.column.people'), wide: true, cell: (row) => <People people={row.people} /> },
    {
      key: 'in',
      header: t('reports.column.foundIn'),
      wide: true,
      cell: (row) => row.found_in.map(phrase).join(', ') || '–',
    },
    {
      key: 'at',
      header: t('reports.column.at'),
      wide: true,
      cell: (row) => <time dateTime={row.at}>{dateTime(new Date(row.at))}</time>,
    },
  ];
}

function Models({ models }: { models: SubjectRun['models'] }) {
  const { t } = useTranslation();
  if (models.length === 0) return t('reports.subject.noModel');
  return models.map((one) => (
    <Text key={`${one.id} ${one.version} ${one.label}`} size="sm" component="div">
      <Link to="/assets/$id" params={{ id: one.id }} className={bar.plain}>
        {t('reports.subject.model', { name: phrase(one.name), number: one.version })}
      </Link>
      {one.label && `: ${one.label}`}
    </Text>
  ));
}

function People({ people }: { people: SubjectRun['people'] }) {
  const { t } = useTranslation();
  if (people.length === 0) return '–';
  return people.map((one) => (
    <Text key={one.task} size="sm" component="div">
      <Link to="/tasks/$id" params={{ id: one.task }} className={bar.plain}>
        {t(`reports.word.${one.decision}` as 'reports.word.approved', { defaultValue: label(one.decision) })}
      </Link>
      {one.by && ` · ${personName(one.by)}`}
    </Text>
  ));
}
