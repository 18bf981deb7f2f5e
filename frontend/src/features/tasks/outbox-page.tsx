import { Text } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMails } from '@/api/mails';
import type { MailItem } from '@/api/types';
import { TextLink } from '@/ui/button-link';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { TimeAgo } from '@/ui/time-ago';

/** What workflows sent. Without a mail server the mails stay here and reach nobody. */
export default function OutboxPage() {
  const { t } = useTranslation();
  const list = useMails();
  const columns: Column<MailItem>[] = [
    {
      key: 'subject',
      header: t('outbox.column.subject'),
      cell: (row) => (
        <>
          <Link to="/outbox/$id" params={{ id: row.id }} className={filters.name}>
            {row.subject || t('outbox.noSubject')}
          </Link>
          <Text size="xs" c="dimmed" hiddenFrom="sm">
            {row.to.join(', ')}
          </Text>
        </>
      ),
    },
    { key: 'to', header: t('outbox.column.to'), wide: true, cell: (row) => row.to.join(', ') },
    {
      key: 'run',
      header: t('outbox.column.run'),
      wide: true,
      cell: (row) => (
        <TextLink to="/runs/$id" params={{ id: row.run }} search={{}}>
          {row.run_title || t('runs.one')}
        </TextLink>
      ),
    },
    {
      key: 'delivery',
      header: t('outbox.column.delivery'),
      wide: true,
      cell: (row) => t(row.delivery === 'smtp' ? 'outbox.delivery.smtp' : 'outbox.delivery.outbox'),
    },
    { key: 'at', header: t('outbox.column.at'), cell: (row) => <TimeAgo at={row.created_at} /> },
  ];
  return (
    <Page title={t('app.nav.outbox')} lead={t('outbox.lead')}>
      <DataTable
        label={t('app.nav.outbox')}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.id}
        count={list.count}
        query={list.query}
        empty={<EmptyState icon={IconMail} title={t('outbox.empty.title')} text={t('outbox.empty.text')} />}
      />
    </Page>
  );
}
