import { Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { List } from '@/api/pages';
import { type AccessToken, useRevokeToken } from '@/api/tokens';
import { day } from '@/core/time';
import { verbKey } from '@/core/trail';
import { ConfirmButton } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import classes from '../governance.module.css';

type Verb = 'audit.verb.workflow.read';
const SHOWN = { active: 'live', expired: 'off', revoked: 'stopped' } as const;

interface TokenTableProps {
  label: string;
  list: List<AccessToken>;
  /** Whose each is. */
  withPerson?: boolean;
  empty: { title: string; text: string; action?: ReactNode };
}

/** Access tokens with what they open, until when, and when they were last used. */
export function TokenTable({ label, list, withPerson = false, empty }: TokenTableProps) {
  const { t } = useTranslation();
  const columns: Column<AccessToken>[] = [
    {
      key: 'name',
      header: t('tokens.column.name'),
      cell: (row) => (
        <>
          <Text fw={550}>{row.name}</Text>
          <Text size="xs" c="dimmed">
            <code>{row.prefix}…</code>
          </Text>
          {withPerson && <span className={classes.onPhone}>{row.user.name}</span>}
        </>
      ),
    },
    { key: 'state', header: t('tokens.column.state'), cell: (row) => <State token={row} /> },
    {
      key: 'scopes',
      header: t('tokens.column.scopes'),
      wide: true,
      cell: (row) => (
        <Text size="sm" lineClamp={3}>
          {row.scopes.map((scope) => t(`audit.verb.${verbKey(scope)}` as Verb)).join(', ')}
        </Text>
      ),
    },
    {
      key: 'used',
      header: t('tokens.column.used'),
      wide: true,
      cell: (row) => <LastUse token={row} />,
    },
    {
      key: 'do',
      header: t('tokens.revoke.verb'),
      quietHeader: true,
      width: 110,
      cell: (row) => <Revoke token={row} />,
    },
  ];
  if (withPerson) {
    columns.splice(1, 0, {
      key: 'person',
      header: t('tokens.column.person'),
      wide: true,
      cell: (row) => row.user.name,
    });
  }
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={list.rows}
      rowKey={(row) => row.id}
      count={list.count}
      query={list.query}
      empty={<EmptyState icon={IconKey} {...empty} />}
    />
  );
}

/** When and from where it was used, and from where it can be. */
function LastUse({ token }: { token: AccessToken }) {
  const { t } = useTranslation();
  return (
    <>
      {token.last_used_at ? <TimeAgo at={token.last_used_at} /> : t('tokens.neverUsed')}
      {token.last_used_ip && (
        <Text size="xs" c="dimmed">
          {t('tokens.from', { address: token.last_used_ip })}
        </Text>
      )}
      {token.networks.length > 0 && (
        <Text size="xs" c="dimmed">
          {t('tokens.only', { networks: token.networks.join(', ') })}
        </Text>
      )}
    </>
  );
}

function State({ token }: { token: AccessToken }) {
  const { t } = useTranslation();
  return (
    <>
      <Badge shown={SHOWN[token.state]} label={t(`tokens.state.${token.state}`)} />
      {token.state === 'active' && (
        <Text size="xs" c="dimmed">
          {t('tokens.until', { time: day(new Date(token.expires_at)) })}
        </Text>
      )}
    </>
  );
}

function Revoke({ token }: { token: AccessToken }) {
  const { t } = useTranslation();
  const revoke = useRevokeToken();
  if (token.state !== 'active') return null;
  const { name } = token;
  return (
    <div className={classes.rowActions}>
      <ConfirmButton
        title={t('tokens.revoke.title', { name })}
        text={t('tokens.revoke.text')}
        verb={t('tokens.revoke.verb')}
        danger
        button={{
          size: 'compact-sm',
          variant: 'subtle',
          color: 'gray',
          'aria-label': t('tokens.revoke.label', { name }),
        }}
        onConfirm={() =>
          revoke.mutate(token.id, {
            onSuccess: () => toast.done(t('tokens.revoke.done', { name })),
            onError: (error) => toast.failed(error),
          })
        }
      >
        {t('tokens.revoke.verb')}
      </ConfirmButton>
    </div>
  );
}
