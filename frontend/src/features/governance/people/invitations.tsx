import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useInvitations, useRevokeInvitation } from '@/api/governance';
import type { Invitation } from '@/api/types';
import { ConfirmButton } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import classes from '../governance.module.css';
import { RoleNames } from '../role-names';

const SHOWN = { pending: 'needs-you', accepted: 'done', revoked: 'stopped', expired: 'off' } as const;

/** Who was invited, the newest first; nothing where nobody was. */
export function Invitations({ manages }: { manages: boolean }) {
  const { t } = useTranslation();
  const list = useInvitations();
  // Whoever accepted stands among the people.
  const rows = list.rows.filter((row) => row.state !== 'accepted');
  const columns: Column<Invitation>[] = [
    {
      key: 'email',
      header: t('people.column.email'),
      cell: (row) => (
        <>
          {row.email}
          <div className={classes.onPhone}>
            <RoleNames roles={row.roles} /> <TimeAgo at={row.expires_at} />
          </div>
        </>
      ),
    },
    { key: 'roles', header: t('people.column.roles'), wide: true, cell: (row) => <RoleNames roles={row.roles} /> },
    {
      key: 'state',
      header: t('people.column.state'),
      cell: (row) => <Badge shown={SHOWN[row.state]} label={t(`people.state.${row.state}`)} />,
    },
    { key: 'until', header: t('people.column.until'), wide: true, cell: (row) => <TimeAgo at={row.expires_at} /> },
  ];
  if (manages) {
    columns.push({
      key: 'do',
      header: t('people.column.do'),
      quietHeader: true,
      width: 110,
      cell: (row) => row.state === 'pending' && <Withdraw invitation={row} />,
    });
  }
  if (list.query.isSuccess && rows.length === 0) return null;
  return (
    <section aria-labelledby="invitations">
      <Title order={2} id="invitations" mb="sm">
        {t('people.invitations')}
      </Title>
      <DataTable
        label={t('people.invitations')}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        query={list.query}
        empty={null}
      />
    </section>
  );
}

function Withdraw({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const revoke = useRevokeInvitation();
  const { id, email } = invitation;
  return (
    <ConfirmButton
      title={t('people.revoke.title', { email })}
      text={t('people.revoke.text')}
      verb={t('people.revoke.verb')}
      danger
      button={{
        size: 'compact-sm',
        variant: 'subtle',
        color: 'gray',
        'aria-label': t('people.revoke.label', { email }),
      }}
      onConfirm={() =>
        revoke.mutate(id, {
          onSuccess: () => toast.done(t('people.revoke.done')),
          onError: (error) => toast.failed(error),
        })
      }
    >
      {t('people.revoke.verb')}
    </ConfirmButton>
  );
}
