import { Text } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile, IconDevices } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { deviceOf, placeOf } from '@/core/devices';
import { ConfirmButton } from './confirm-button';
import { type Column, DataTable } from './data-table';
import { EmptyState } from './empty-state';
import classes from './session-table.module.css';
import { TimeAgo } from './time-ago';
import { toast } from './toasts';

interface SignedIn {
  id: number;
  address: string;
  /** As the browser calls itself. */
  device: string;
  last_seen_at: string;
  /** The one that looks at this. */
  current: boolean;
}

interface SessionTableProps {
  label: string;
  sessions: {
    data?: SignedIn[] | undefined;
    isPending: boolean;
    error: unknown;
    refetch: () => unknown;
  };
  onEnd: (id: number) => Promise<unknown>;
}

/** Where somebody is signed in: device, place, when last seen, and ending it. */
export function SessionTable({ label, sessions, onEnd }: SessionTableProps) {
  const { t } = useTranslation();
  const columns: Column<SignedIn>[] = [
    { key: 'device', header: t('ui.sessions.device'), cell: (row) => <DeviceCell session={row} /> },
    {
      key: 'place',
      header: t('ui.sessions.place'),
      wide: true,
      cell: (row) => (
        <>
          <Text size="sm">{t(`ui.sessions.places.${placeOf(row.address)}`)}</Text>
          <Text size="xs" c="dimmed">
            {row.address}
          </Text>
        </>
      ),
    },
    { key: 'seen', header: t('ui.sessions.seen'), cell: (row) => <TimeAgo at={row.last_seen_at} /> },
    {
      key: 'do',
      header: t('ui.sessions.end'),
      quietHeader: true,
      width: 120,
      cell: (row) => !row.current && <End session={row} onEnd={onEnd} />,
    },
  ];
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={sessions.data ?? []}
      rowKey={(row) => String(row.id)}
      query={sessions}
      empty={<EmptyState icon={IconDevices} title={t('ui.sessions.none')} />}
    />
  );
}

/** "Firefox on Windows", or what a program calls itself. */
function useDeviceName(): (session: SignedIn) => string {
  const { t } = useTranslation();
  return (session) => {
    const { browser, system } = deviceOf(session.device);
    if (browser && system) return t('ui.sessions.on', { browser, system });
    return browser ?? system ?? (session.device.slice(0, 60) || t('ui.sessions.unknown'));
  };
}

function DeviceCell({ session }: { session: SignedIn }) {
  const { t } = useTranslation();
  const nameOf = useDeviceName();
  const Icon = deviceOf(session.device).mobile ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <div className={classes.device}>
      <Icon size={18} aria-hidden />
      <div>
        <Text fw={550}>{nameOf(session)}</Text>
        {session.current && (
          <Text size="xs" c="dimmed">
            {t('ui.sessions.this')}
          </Text>
        )}
      </div>
    </div>
  );
}

function End({ session, onEnd }: { session: SignedIn; onEnd: SessionTableProps['onEnd'] }) {
  const { t } = useTranslation();
  const name = useDeviceName()(session);
  return (
    <ConfirmButton
      title={t('ui.sessions.endTitle', { name })}
      text={t('ui.sessions.endText')}
      verb={t('ui.sessions.end')}
      danger
      button={{
        size: 'compact-sm',
        variant: 'subtle',
        color: 'gray',
        'aria-label': t('ui.sessions.endLabel', { name }),
      }}
      onConfirm={() => {
        onEnd(session.id).then(
          () => toast.done(t('ui.sessions.ended')),
          (error: unknown) => toast.failed(error),
        );
      }}
    >
      {t('ui.sessions.end')}
    </ConfirmButton>
  );
}
