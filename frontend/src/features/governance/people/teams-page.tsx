import { Button, Text } from '@mantine/core';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDeleteTeam, useTeams } from '@/api/governance';
import { useCan } from '@/api/session';
import type { Team } from '@/api/types';
import { ConfirmButton } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { toast } from '@/ui/toasts';
import { TurnedAway } from '@/ui/turned-away';
import classes from '../governance.module.css';
import { PeopleTabs } from './people-tabs';
import { TeamDialog } from './team-dialog';

export default function TeamsPage() {
  return useCan('member:read') ? <Teams /> : <TurnedAway />;
}

function Teams() {
  const { t } = useTranslation();
  const manages = useCan('member:manage');
  const list = useTeams();
  const [open, setOpen] = useState<Team | 'new' | null>(null);
  const create = manages && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen('new')}>
      {t('teams.new')}
    </Button>
  );
  const members = (row: Team) => row.members.map((one) => one.user.name).join(', ') || t('teams.nobody');
  const columns: Column<Team>[] = [
    {
      key: 'name',
      header: t('teams.column.name'),
      cell: (row) => (
        <>
          <Text fw={550}>{row.name}</Text>
          <span className={classes.onPhone}>{members(row)}</span>
        </>
      ),
    },
    {
      key: 'members',
      header: t('teams.column.members'),
      wide: true,
      cell: members,
    },
  ];
  if (manages) {
    columns.push({
      key: 'do',
      header: t('teams.column.do'),
      quietHeader: true,
      width: 180,
      cell: (row) => <TeamActions team={row} onChange={() => setOpen(row)} />,
    });
  }
  return (
    <Page title={t('people.tab.teams')} lead={t('teams.lead')} actions={list.rows.length > 0 && create}>
      <PeopleTabs />
      <DataTable
        label={t('people.tab.teams')}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.id}
        query={list.query}
        empty={
          <EmptyState icon={IconUsersGroup} title={t('teams.empty')} text={t('teams.emptyText')} action={create} />
        }
      />
      {open !== null && <TeamDialog team={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function TeamActions({ team, onChange }: { team: Team; onChange: () => void }) {
  const { t } = useTranslation();
  const remove = useDeleteTeam();
  const { name } = team;
  return (
    <div className={classes.rowActions}>
      <Button size="compact-sm" variant="default" aria-label={t('teams.editLabel', { name })} onClick={onChange}>
        {t('teams.edit')}
      </Button>
      <ConfirmButton
        title={t('teams.delete.title', { name })}
        text={t('teams.delete.text')}
        verb={t('teams.delete.verb')}
        danger
        button={{
          size: 'compact-sm',
          variant: 'subtle',
          color: 'gray',
          'aria-label': t('teams.delete.label', { name }),
        }}
        onConfirm={() =>
          remove.mutate(team.id, {
            onSuccess: () => toast.done(t('teams.delete.done', { name })),
            onError: (error) => toast.failed(error),
          })
        }
      >
        {t('teams.delete.verb')}
      </ConfirmButton>
    </div>
  );
}
