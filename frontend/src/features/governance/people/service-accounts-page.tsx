import { Button, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil, IconPlugConnectedX, IconPlus, IconRobot } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ServiceAccount, useEndServiceAccount, useServiceAccounts } from '@/api/access';
import { useCan } from '@/api/session';
import { dayOf } from '@/core/time';
import { Confirm } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { RowMenu } from '@/ui/row-menu';
import { Tag } from '@/ui/tag';
import { toast } from '@/ui/toasts';
import classes from '../governance.module.css';
import { RoleNames } from '../role-names';
import { AccountDialog } from './account-dialog';
import { AccountTokens } from './account-tokens';
import { PeopleTabs } from './people-tabs';

/** Members that are no people. Who answers for some, and sees no members, sees those. */
export default function ServiceAccountsPage() {
  const { t } = useTranslation();
  const manages = useCan('member:manage');
  const sees = useCan('member:read');
  const list = useServiceAccounts();
  const [open, setOpen] = useState<ServiceAccount | 'new' | null>(null);
  const create = manages && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen('new')}>
      {t('access.accounts.new')}
    </Button>
  );
  return (
    <Page
      title={t('people.tab.accounts')}
      lead={t(sees ? 'access.accounts.lead' : 'access.accounts.leadOwn')}
      actions={list.rows.length > 0 && create}
    >
      {sees && <PeopleTabs />}
      <DataTable
        label={t('people.tab.accounts')}
        columns={useColumns(manages, setOpen)}
        rows={list.rows}
        rowKey={(row) => row.id}
        count={list.count}
        query={list.query}
        empty={
          <EmptyState
            icon={IconRobot}
            title={t('access.accounts.empty')}
            text={t('access.accounts.emptyText')}
            action={create}
          />
        }
      />
      {open !== null && <AccountDialog account={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function useColumns(manages: boolean, onChange: (account: ServiceAccount) => void): Column<ServiceAccount>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      header: t('access.accounts.column.name'),
      cell: (row) => (
        <>
          <Text fw={550}>{row.name}</Text>
          <Text size="xs" c="dimmed">
            {row.purpose}
          </Text>
          <div className={classes.onPhone}>
            <RoleNames roles={row.roles} />
            <Review account={row} />
          </div>
        </>
      ),
    },
    {
      key: 'roles',
      header: t('access.accounts.column.roles'),
      wide: true,
      cell: (row) => <RoleNames roles={row.roles} />,
    },
    { key: 'owner', header: t('access.accounts.column.owner'), wide: true, cell: (row) => row.owner.name },
    {
      key: 'review',
      header: t('access.accounts.column.review'),
      wide: true,
      cell: (row) => <Review account={row} />,
    },
    { key: 'tokens', header: t('access.accounts.column.tokens'), wide: true, cell: (row) => row.tokens },
    {
      key: 'do',
      header: t('access.accounts.column.do'),
      quietHeader: true,
      width: manages ? 130 : 100,
      cell: (row) => <Actions account={row} manages={manages} onChange={() => onChange(row)} />,
    },
  ];
}

/** Until when somebody looks whether it is still needed. */
function Review({ account }: { account: ServiceAccount }) {
  const { t } = useTranslation();
  if (account.overdue) return <Tag tone="attention">{t('access.accounts.overdue')}</Tag>;
  return t('access.accounts.reviewOn', { day: dayOf(account.review_on).words });
}

function Actions({ account, manages, onChange }: { account: ServiceAccount; manages: boolean; onChange: () => void }) {
  const { t } = useTranslation();
  const end = useEndServiceAccount();
  const [opened, { open, close }] = useDisclosure(false);
  const [ending, asking] = useDisclosure(false);
  const { name } = account;
  return (
    <div className={classes.rowActions}>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('access.accounts.tokens.label', { name })}
        onClick={open}
      >
        {t('access.accounts.tokens.button')}
      </Button>
      {manages && (
        <RowMenu label={t('access.accounts.more', { name })}>
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onChange}>
            {t('access.accounts.edit')}
          </Menu.Item>
          <Menu.Item leftSection={<IconPlugConnectedX size={16} aria-hidden />} onClick={asking.open}>
            {t('access.accounts.end.verb')}
          </Menu.Item>
        </RowMenu>
      )}
      <Confirm
        opened={ending}
        onClose={asking.close}
        title={t('access.accounts.end.title', { name })}
        text={t('access.accounts.end.text')}
        verb={t('access.accounts.end.verb')}
        danger
        onConfirm={() =>
          end.mutate(account.id, {
            onSuccess: () => toast.done(t('access.accounts.end.done', { name })),
            onError: (error) => toast.failed(error),
          })
        }
      />
      {opened && <AccountTokens account={account} onClose={close} />}
    </div>
  );
}
