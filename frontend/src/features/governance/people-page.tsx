import { Button, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconLock, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useInvitations, useMembers, useMemberVerb, useRevokeInvitation } from '@/api/governance';
import { useCan, useUser } from '@/api/session';
import type { Invitation, Member } from '@/api/types';
import { ConfirmButton } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import { ChangeRoles } from './change-roles';
import classes from './governance.module.css';
import { Invite } from './invite';
import { RoleNames } from './role-names';

export default function PeoplePage() {
  const { t } = useTranslation();
  const mayRead = useCan('member:read');
  if (!mayRead) return <TurnedAway />;
  return <People title={t('app.nav.people')} />;
}

/** What people see at an address that is not theirs: no names of what is behind it. */
export function TurnedAway() {
  const { t } = useTranslation();
  return (
    <Page title={t('governance.turnedAway.title')}>
      <EmptyState icon={IconLock} title={t('governance.turnedAway.short')} text={t('governance.turnedAway.text')} />
    </Page>
  );
}

function People({ title }: { title: string }) {
  const { t } = useTranslation();
  const manages = useCan('member:manage');
  const [opened, { open, close }] = useDisclosure(false);
  const members = useMembers();
  const columns = useMemberColumns(manages);
  return (
    <Page
      title={title}
      lead={t('people.lead')}
      actions={
        manages && (
          <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={open}>
            {t('people.invite.button')}
          </Button>
        )
      }
    >
      <DataTable
        label={title}
        columns={columns}
        rows={members.rows}
        rowKey={(row) => row.id}
        count={members.count}
        query={members.query}
        empty={<EmptyState icon={IconUsers} title={t('people.empty')} />}
      />
      <Invitations manages={manages} />
      <Invite opened={opened} onClose={close} />
    </Page>
  );
}

function useMemberColumns(manages: boolean): Column<Member>[] {
  const { t } = useTranslation();
  const me = useUser();
  const columns: Column<Member>[] = [
    {
      key: 'name',
      header: t('people.column.name'),
      cell: (row) => (
        <>
          <Text fw={550}>
            {row.user.name}
            {row.user.id === me.id && (
              <Text span c="dimmed" fw={400}>
                {' '}
                {t('people.you')}
              </Text>
            )}
          </Text>
          <Text size="xs" c="dimmed">
            {row.user.email}
          </Text>
        </>
      ),
    },
    { key: 'roles', header: t('people.column.roles'), cell: (row) => <RoleNames roles={row.roles} /> },
    {
      key: 'state',
      header: t('people.column.state'),
      wide: true,
      cell: () => <Badge shown="live" label={t('people.state.active')} />,
    },
    {
      key: 'seen',
      header: t('people.column.seen'),
      wide: true,
      cell: (row) => (row.last_seen_at ? <TimeAgo at={row.last_seen_at} /> : '–'),
    },
  ];
  if (manages) {
    columns.push({
      key: 'do',
      header: t('people.column.do'),
      quietHeader: true,
      width: 180,
      cell: (row) => <MemberActions member={row} />,
    });
  }
  return columns;
}

function MemberActions({ member }: { member: Member }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const verb = useMemberVerb();
  const { name } = member.user;
  return (
    <div className={classes.rowActions}>
      <Button size="compact-sm" variant="default" aria-label={t('people.roles.label', { name })} onClick={open}>
        {t('people.roles.button')}
      </Button>
      <ConfirmButton
        title={t('people.remove.title', { name })}
        text={t('people.remove.text')}
        verb={t('people.remove.verb')}
        danger
        button={{
          size: 'compact-sm',
          variant: 'subtle',
          color: 'gray',
          'aria-label': t('people.remove.label', { name }),
        }}
        onConfirm={() =>
          verb.mutate(
            { id: member.id, roles: null },
            {
              onSuccess: () => toast.done(t('people.remove.done', { name })),
              onError: (error) => toast.failed(error),
            },
          )
        }
      >
        {t('people.remove.verb')}
      </ConfirmButton>
      <ChangeRoles member={member} opened={opened} onClose={close} />
    </div>
  );
}

const INVITATION_SHOWN = { pending: 'needs-you', accepted: 'done', revoked: 'stopped', expired: 'off' } as const;

function Invitations({ manages }: { manages: boolean }) {
  const { t } = useTranslation();
  const list = useInvitations();
  const revoke = useRevokeInvitation();
  const columns: Column<Invitation>[] = [
    { key: 'email', header: t('people.column.email'), cell: (row) => row.email },
    { key: 'roles', header: t('people.column.roles'), wide: true, cell: (row) => <RoleNames roles={row.roles} /> },
    {
      key: 'state',
      header: t('people.column.state'),
      cell: (row) => <Badge shown={INVITATION_SHOWN[row.state]} label={t(`people.state.${row.state}`)} />,
    },
    { key: 'until', header: t('people.column.until'), wide: true, cell: (row) => <TimeAgo at={row.expires_at} /> },
  ];
  if (manages) {
    columns.push({
      key: 'do',
      header: t('people.column.do'),
      quietHeader: true,
      width: 110,
      cell: (row) =>
        row.state === 'pending' && (
          <ConfirmButton
            title={t('people.revoke.title', { email: row.email })}
            text={t('people.revoke.text')}
            verb={t('people.revoke.verb')}
            danger
            button={{
              size: 'compact-sm',
              variant: 'subtle',
              color: 'gray',
              'aria-label': t('people.revoke.label', { email: row.email }),
            }}
            onConfirm={() =>
              revoke.mutate(row.id, {
                onSuccess: () => toast.done(t('people.revoke.done')),
                onError: (error) => toast.failed(error),
              })
            }
          >
            {t('people.revoke.verb')}
          </ConfirmButton>
        ),
    });
  }
  if (list.query.isSuccess && list.rows.length === 0) return null;
  return (
    <section aria-labelledby="invitations">
      <Title order={2} id="invitations" mb="sm">
        {t('people.invitations')}
      </Title>
      <DataTable
        label={t('people.invitations')}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.id}
        query={list.query}
        empty={null}
      />
    </section>
  );
}
