import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlug, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
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
import { ChangeConnection } from './change-connection';

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
  const [changing, setChanging] = useState<Credential | null>(null);
  const [opened, { open, close }] = useDisclosure(false);
  const columns: Column<Credential>[] = [
    { key: 'name', header: t('connections.column.name'), cell: (row) => <strong>{row.name}</strong> },
    { key: 'kind', header: t('connections.column.kind'), cell: (row) => t(`connections.kind.${row.kind}`) },
    { key: 'hosts', header: t('connections.column.hosts'), wide: true, cell: (row) => row.hosts.join(', ') },
    { key: 'for', header: t('connections.column.for'), wide: true, cell: (row) => <Limits connection={row} /> },
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
      width: 180,
      cell: (row) => (
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            aria-label={t('connections.change.label', { name: row.name })}
            onClick={() => setChanging(row)}
          >
            {t('connections.change.verb')}
          </Button>
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
        </Group>
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
      <ChangeConnection connection={changing} onClose={() => setChanging(null)} />
    </Page>
  );
}

/** What it may be used by, where that is not everything. */
function Limits({ connection }: { connection: Credential }) {
  const { t } = useTranslation();
  const { node_types, workflows } = connection;
  const limits = [
    node_types.length > 0 && t('connections.for.steps', { count: node_types.length }),
    workflows.length > 0 && t('connections.for.workflows', { count: workflows.length }),
  ].filter(Boolean);
  return <>{limits.length > 0 ? limits.join(', ') : t('connections.for.all')}</>;
}
