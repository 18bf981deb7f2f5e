import { TextInput, UnstyledButton } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAuditEvents } from '@/api/governance';
import { useCan } from '@/api/session';
import type { AuditEvent } from '@/api/types';
import { dateTime } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { TurnedAway } from '@/ui/turned-away';
import { useSentence } from '@/ui/use-sentence';
import { AuditDetail } from './audit-detail';
import { startOf } from './days';
import { ExportMenu } from './export-menu';
import classes from './governance.module.css';

/** `/audit/separation`: what one person did where two are the rule, each with the reason that they gave. */
export default function SeparationPage() {
  return useCan('audit:read') ? <Separation /> : <TurnedAway />;
}

function Separation() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/audit/separation' });
  const navigate = useNavigate({ from: '/audit/separation' });
  const asked = { alone: true, since: startOf(search.since), until: startOf(search.until, 1) };
  const list = useAuditEvents(asked);
  const [open, setOpen] = useState<AuditEvent | null>(null);
  const columns = useColumns(setOpen);
  const mayExport = useCan('audit:export');
  const day = (name: 'since' | 'until', label: string) => (
    <TextInput
      type="date"
      label={label}
      value={search[name] ?? ''}
      onChange={({ currentTarget: { value } }) =>
        void navigate({ search: (before) => ({ ...before, [name]: value || undefined }), replace: true })
      }
    />
  );
  return (
    <Page
      title={t('requests.separation.title')}
      lead={t('requests.separation.lead')}
      back={
        <TextLink to="/audit" search={{}} size="sm" c="dimmed">
          {t('app.nav.audit')}
        </TextLink>
      }
      actions={mayExport && <ExportMenu filters={asked} />}
    >
      <search className={filters.bar}>
        {day('since', t('audit.from'))}
        {day('until', t('audit.to'))}
      </search>
      <DataTable
        label={t('requests.separation.title')}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => String(row.seq)}
        count={list.count}
        query={list.query}
        selected={open === null ? null : String(open.seq)}
        empty={
          <EmptyState
            icon={IconUserCheck}
            title={t('requests.separation.empty')}
            text={t('requests.separation.emptyText')}
          />
        }
      />
      <AuditDetail event={open} onClose={() => setOpen(null)} />
    </Page>
  );
}

function useColumns(onOpen: (event: AuditEvent) => void): Column<AuditEvent>[] {
  const { t } = useTranslation();
  const { sentence } = useSentence();
  const reason = (row: AuditEvent) => row.reason || t('requests.separation.noReason');
  return [
    {
      key: 'what',
      header: t('audit.column.what'),
      cell: (row) => (
        <>
          <UnstyledButton className={classes.sentence} onClick={() => onOpen(row)}>
            {sentence(row)}
          </UnstyledButton>
          <span className={classes.onPhone}>{reason(row)}</span>
        </>
      ),
    },
    { key: 'reason', header: t('requests.separation.reason'), wide: true, cell: reason },
    { key: 'by', header: t('audit.column.by'), wide: true, cell: (row) => row.actor.name },
    {
      key: 'when',
      header: t('audit.column.when'),
      cell: (row) => <time dateTime={row.at}>{dateTime(new Date(row.at))}</time>,
    },
  ];
}
