import { Button, Menu, Select, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDevices, IconShieldQuestion, IconUserMinus, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMembers } from '@/api/governance';
import { useCan, useUser } from '@/api/session';
import type { Member } from '@/api/types';
import { ROLES } from '@/core/words';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import bar from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { RowMenu } from '@/ui/row-menu';
import { SearchField } from '@/ui/search-field';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { TurnedAway } from '@/ui/turned-away';
import classes from '../governance.module.css';
import { RoleNames } from '../role-names';
import { ChangeRoles } from './change-roles';
import { Invitations } from './invitations';
import { Invite } from './invite';
import { MemberRights } from './member-rights';
import { MemberSessions } from './member-sessions';
import { PeopleTabs } from './people-tabs';
import { RemoveMember } from './remove-member';

export default function PeoplePage() {
  const { t } = useTranslation();
  const mayRead = useCan('member:read');
  if (!mayRead) return <TurnedAway />;
  return <People title={t('app.nav.people')} />;
}

function People({ title }: { title: string }) {
  const { t } = useTranslation();
  const manages = useCan('member:manage');
  const [opened, { open, close }] = useDisclosure(false);
  const { search, role } = useSearch({ from: '/authed/shell/admin/users' });
  const navigate = useNavigate({ from: '/admin/users' });
  const find = (next: { search?: string | undefined; role?: string | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const members = useMembers({ search, role });
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
      <PeopleTabs />
      <search className={bar.bar}>
        <SearchField label={t('people.search')} value={search} onSearch={(sought) => find({ search: sought })} />
        <Select
          aria-label={t('people.role')}
          placeholder={t('people.anyRole')}
          clearable
          data={ROLES.map((value) => ({ value, label: t(`words.role.${value}.name`) }))}
          value={role ?? null}
          onChange={(value) => find({ role: value ?? undefined })}
          w={190}
        />
      </search>
      <DataTable
        label={title}
        columns={columns}
        rows={members.rows}
        rowKey={(row) => row.id}
        count={members.count}
        query={members.query}
        empty={
          <EmptyState
            icon={IconUsers}
            title={search ? t('people.none.title', { search }) : t(role ? 'people.none.role' : 'people.empty')}
            action={
              (search || role) && (
                <Button variant="default" onClick={() => find({ search: undefined, role: undefined })}>
                  {t('people.none.clear')}
                </Button>
              )
            }
          />
        }
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
          <div className={classes.onPhone}>
            <MemberRoles member={row} />
          </div>
        </>
      ),
    },
    {
      key: 'roles',
      header: t('people.column.roles'),
      wide: true,
      cell: (row) => <MemberRoles member={row} />,
    },
    {
      key: 'teams',
      header: t('people.column.teams'),
      wide: true,
      cell: (row) => row.teams.map((team) => team.name).join(', ') || '–',
    },
    {
      key: 'state',
      header: t('people.column.state'),
      wide: true,
      cell: (row) =>
        row.roles.length > 0 ? (
          <Badge shown="live" label={t('people.state.active')} />
        ) : (
          <Badge shown="off" label={t('people.state.shut')} />
        ),
    },
    {
      key: 'seen',
      header: t('people.column.seen'),
      wide: true,
      cell: (row) => (row.last_seen_at ? <TimeAgo at={row.last_seen_at} /> : t('people.never')),
    },
  ];
  if (manages) {
    columns.push({
      key: 'do',
      header: t('people.column.do'),
      quietHeader: true,
      width: 130,
      // Nobody changes their own rights.
      cell: (row) => row.user.id !== me.id && <MemberActions member={row} />,
    });
  }
  return columns;
}

function MemberRoles({ member }: { member: Member }) {
  const { t } = useTranslation();
  return (
    <>
      <RoleNames roles={member.roles} />
      {member.by_groups && (
        <Text size="xs" c="dimmed">
          {t('people.byGroups')}
        </Text>
      )}
    </>
  );
}

function MemberActions({ member }: { member: Member }) {
  const { t } = useTranslation();
  const [changing, roles] = useDisclosure(false);
  const [removing, removal] = useDisclosure(false);
  const [asking, rights] = useDisclosure(false);
  const [looking, sessions] = useDisclosure(false);
  const { name } = member.user;
  return (
    <div className={classes.rowActions}>
      <Button size="compact-sm" variant="default" aria-label={t('people.roles.label', { name })} onClick={roles.open}>
        {t('people.roles.button')}
      </Button>
      <RowMenu label={t('people.more', { name })}>
        <Menu.Item leftSection={<IconShieldQuestion size={16} aria-hidden />} onClick={rights.open}>
          {t('people.menu.rights')}
        </Menu.Item>
        <Menu.Item leftSection={<IconDevices size={16} aria-hidden />} onClick={sessions.open}>
          {t('people.menu.sessions')}
        </Menu.Item>
        <Menu.Item leftSection={<IconUserMinus size={16} aria-hidden />} onClick={removal.open}>
          {t('people.menu.remove')}
        </Menu.Item>
      </RowMenu>
      {looking && <MemberSessions member={member} onClose={sessions.close} />}
      <ChangeRoles member={member} opened={changing} onClose={roles.close} />
      {asking && <MemberRights member={member} onClose={rights.close} />}
      {removing && <RemoveMember member={member} onClose={removal.close} />}
    </div>
  );
}
