import { Button, UnstyledButton } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAuditEvents } from '@/api/governance';
import { useCan } from '@/api/session';
import type { AuditEvent } from '@/api/types';
import { personName } from '@/core/erased';
import { startOf } from '@/core/span';
import { dateTime } from '@/core/time';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { Badge } from '@/ui/status-badge';
import { TurnedAway } from '@/ui/turned-away';
import { useSentence } from '@/ui/use-sentence';
import classes from '../governance.module.css';
import { ObjectLink } from '../object-link';
import { AuditDetail } from './audit-detail';
import { AuditFilterBar } from './audit-filters';
import { AuditTabs } from './audit-tabs';
import { ExportMenu } from './export-menu';

const RESULT_SHOWN = { done: 'done', denied: 'stopped', failed: 'failed' } as const;

export default function AuditPage() {
  return useCan('audit:read') ? <Audit /> : <TurnedAway />;
}

function Audit() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const asked = {
    ...search,
    since: startOf(search.since),
    until: startOf(search.until, 1),
  };
  const list = useAuditEvents(asked);
  const [open, setOpen] = useState<AuditEvent | null>(null);
  const columns = useColumns(setOpen);
  const mayExport = useCan('audit:export');
  const reset = () => void navigate({ search: {} });
  return (
    <Page title={t('app.nav.audit')} lead={t('audit.lead')} actions={mayExport && <ExportMenu filters={asked} />}>
      <AuditTabs />
      <AuditFilterBar filters={search} onReset={reset} />
      <DataTable
        label={t('app.nav.audit')}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => String(row.seq)}
        count={list.count}
        query={list.query}
        selected={open === null ? null : String(open.seq)}
        empty={
          <EmptyState
            icon={IconHistory}
            title={t('audit.empty')}
            action={
              <Button variant="default" onClick={reset}>
                {t('audit.showAll')}
              </Button>
            }
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
  return [
    {
      key: 'what',
      header: t('audit.column.what'),
      cell: (row) => (
        <UnstyledButton className={classes.sentence} onClick={() => onOpen(row)}>
          {sentence(row)}
        </UnstyledButton>
      ),
    },
    {
      key: 'on',
      header: t('audit.column.on'),
      wide: true,
      cell: (row) => <ObjectLink object={row.object} />,
    },
    {
      key: 'by',
      header: t('audit.column.by'),
      wide: true,
      width: 150,
      cell: (row) => personName(row.actor.name) || t('audit.nobody'),
    },
    {
      key: 'when',
      header: t('audit.column.when'),
      wide: true,
      cell: (row) => <time dateTime={row.at}>{dateTime(new Date(row.at))}</time>,
    },
    {
      key: 'result',
      header: t('audit.column.result'),
      cell: (row) => <Badge shown={RESULT_SHOWN[row.result]} label={t(`audit.result.${row.result}`)} quiet />,
    },
  ];
}
