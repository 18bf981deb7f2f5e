import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlug, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCredentials, useDeleteCredential } from '@/api/governance';
import { useCan } from '@/api/session';
import type { Credential } from '@/api/types';
import { TextLink } from '@/ui/button-link';
import { ConfirmButton } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import { TurnedAway } from '@/ui/turned-away';
import { AddConnection } from './add-connection';

export default function ConnectionsPage() {
  return useCan('credential:read') ? <Connections /> : <TurnedAway />;
}

/** Encrypted accounts that steps use. Their secrets are never shown again. */
function Connections() {
  const { t } = useTranslation();
  const list = useCredentials();
  const mayEdit = useCan('credential:edit');
  const audits = useCan('audit:read');
  const remove = useDeleteCredential();
  const [opened, { open, close }] = useDisclosure(false);
  const columns: Column<Credential>[] = [
    { key: 'name', header: t('connections.column.name'), cell: (row) => <strong>{row.name}</strong> },
    { key: 'kind', header: t('connections.column.kind'), cell: (row) => t(`connections.kind.${row.kind}`) },
    { key: 'hosts', header: t('connections.column.hosts'), wide: true, cell: (row) => row.hosts.join(', ') },
    { key: 'at', header: t('connections.column.at'), wide: true, cell: (row) => <TimeAgo at={row.created_at} /> },
  ];
  if (audits) {
    columns.push({
      key: 'uses',
      header: t('connections.uses.header'),
      wide: true,
      cell: (row) => (
        <>
          <TextLink
            to="/audit/reports/$report"
            params={{ report: 'outside' }}
            search={{ credential: row.id }}
            aria-label={t('connections.uses.label', { name: row.name })}
          >
            {t('connections.uses.verb')}
          </TextLink>
          {' · '}
          <TextLink
            to="/audit"
            search={{ object_type: 'credential', object_id: row.id }}
            aria-label={t('connections.uses.trailLabel', { name: row.name })}
          >
            {t('connections.uses.trail')}
          </TextLink>
        </>
      ),
    });
  }
  if (mayEdit) {
    columns.push({
      key: 'delete',
      header: t('connections.delete.verb'),
      quietHeader: true,
      width: 100,
      cell: (row) => (
        <ConfirmButton
          title={t('connections.delete.title', { name: row.name })}
          text={t('connections.delete.text')}
          verb={t('connections.delete.verb')}
          danger
          button={{
            size: 'compact-sm',
            variant: 'subtle',
            color: 'gray',
            'aria-label': t('connections.delete.label', { name: row.name }),
          }}
          onConfirm={() =>
            remove.mutate(row.id, {
              onSuccess: () => toast.done(t('connections.delete.done', { name: row.name })),
              onError: (error) => toast.failed(error),
            })
          }
        >
          {t('connections.delete.verb')}
        </ConfirmButton>
      ),
    });
  }
  const add = mayEdit && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {t('connections.add.button')}
    </Button>
  );
  return (
    <Page title={t('app.nav.connections')} lead={t('connections.lead')} actions={add}>
      <DataTable
        label={t('app.nav.connections')}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.id}
        count={list.count}
        query={list.query}
        empty={
          <EmptyState
            icon={IconPlug}
            title={t('connections.empty.title')}
            text={t('connections.empty.text')}
            action={add}
          />
        }
      />
      <AddConnection opened={opened} onClose={close} />
    </Page>
  );
}
