import { Button, Select } from '@mantine/core';
import { IconReportSearch } from '@tabler/icons-react';
import { notFound, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Cell, type ReportRow, useReport, useReportFile } from '@/api/reports';
import { useCan } from '@/api/session';
import { personName } from '@/core/erased';
import { phrase } from '@/core/server-words';
import { startOf } from '@/core/span';
import { dateTime, dayOf, duration, fileSize } from '@/core/time';
import { label } from '@/core/values';
import { type Column, DataTable } from '@/ui/data-table';
import { DownloadButton } from '@/ui/download-button';
import { EmptyState } from '@/ui/empty-state';
import bar from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { Tag } from '@/ui/tag';
import { TurnedAway } from '@/ui/turned-away';
import classes from '../governance.module.css';
import { ObjectLink } from '../object-link';
import { AuditTabs } from './audit-tabs';
import { DaySpan } from './day-span';
import { REPORT_NAMES, REPORTS, type ReportColumn, type ReportName, type Shape, TIMELESS } from './reports';

/** `/audit/reports/…`: one of the reports; the address holds which one and the days. */
export default function ReportPage() {
  const { report } = useParams({ from: '/authed/shell/audit/reports/$report' });
  const name = REPORT_NAMES.find((one) => one === report);
  const may = useCan('audit:read');
  if (!name) throw notFound();
  return may ? <Report key={name} name={name} /> : <TurnedAway />;
}

function Report({ name }: { name: ReportName }) {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/audit/reports/$report' });
  const navigate = useNavigate({ from: '/audit/reports/$report' });
  const mayExport = useCan('audit:export');
  const asked = { ...search, since: startOf(search.since), until: startOf(search.until, 1) };
  const list = useReport(name, asked);
  const file = useReportFile(name, asked);
  const columns = useColumns(name);
  const narrowed = Object.values(search).some((value) => value !== undefined);
  const reset = () => void navigate({ search: {} });
  return (
    <Page
      title={t(`reports.report.${name}.title`)}
      lead={t(`reports.report.${name}.lead`)}
      actions={mayExport && <DownloadButton href={file}>{t('reports.export')}</DownloadButton>}
    >
      <AuditTabs />
      <search className={bar.bar} data-labelled>
        <Select
          label={t('reports.which')}
          allowDeselect={false}
          data={REPORT_NAMES.map((value) => ({ value, label: t(`reports.report.${value}.title`) }))}
          value={name}
          onChange={(next) => next && void navigate({ params: { report: next }, search: {} })}
          w={290}
        />
        {!TIMELESS.includes(name) && (
          <>
            <DaySpan
              since={search.since}
              until={search.until}
              onChange={(span) => void navigate({ search: (before) => ({ ...before, ...span }), replace: true })}
            />
            <Button variant="default" disabled={!narrowed} onClick={reset}>
              {t('reports.reset')}
            </Button>
          </>
        )}
        {search.run && <Tag>{t('reports.oneRun')}</Tag>}
        {search.credential && <Tag>{t('reports.oneConnection')}</Tag>}
      </search>
      <DataTable
        label={t(`reports.report.${name}.title`)}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.id}
        count={list.count}
        query={list.query}
        empty={
          <EmptyState
            icon={IconReportSearch}
            title={t(`reports.report.${name}.empty`)}
            action={
              narrowed && (
                <Button variant="default" onClick={reset}>
                  {t('reports.showAll')}
                </Button>
              )
            }
          />
        }
      />
    </Page>
  );
}

function useColumns(name: ReportName): Column<ReportRow>[] {
  const { t } = useTranslation();
  const columns: readonly ReportColumn[] = REPORTS[name];
  return columns.map(({ key, shape, wide = false }) => ({
    key,
    header: t(`reports.column.${key}` as 'reports.column.at'),
    wide,
    cell: (row) => <Shown cell={row.cells[key] ?? null} shape={shape} />,
  }));
}

function Shown({ cell, shape }: { cell: Cell; shape: Shape }) {
  const { t } = useTranslation();
  if (cell === null || cell === '') return <span className={classes.quiet}>–</span>;
  if (typeof cell === 'object') return <ObjectLink object={{ ...cell, name: phrase(cell.name) }} bare />;
  const word = (one: string) => t(`reports.word.${one}` as 'reports.word.http', { defaultValue: label(one) });
  switch (shape) {
    case 'time':
      return <time dateTime={String(cell)}>{dateTime(new Date(cell))}</time>;
    case 'day':
      return <time dateTime={String(cell)}>{dayOf(String(cell)).words}</time>;
    case 'size':
      return fileSize(Number(cell));
    case 'seconds':
      return duration(Number(cell) * 1000);
    case 'milliseconds':
      return duration(Number(cell));
    case 'long':
      return <div className={classes.long}>{phrase(String(cell))}</div>;
    case 'word':
      return word(String(cell));
    case 'words':
      return (
        <span className={classes.roles}>
          {String(cell)
            .split(', ')
            .map((one) => (
              <Tag key={one} tone="attention">
                {word(one)}
              </Tag>
            ))}
        </span>
      );
    default:
      return personName(phrase(String(cell)));
  }
}
