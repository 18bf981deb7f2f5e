import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddCredential, useTryCredential } from '@/api/governance';
import type { Credential } from '@/api/types';
import { ConnectionForm } from '@/ui/connection-form';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { ConnectionTrial } from './connection-trial';

export interface ConnectionDialogProps {
  /** The host the step calls, where its address is written out. */
  host: string | null;
  /** What the step calls, to be tried with the new connection. */
  address: string | null;
  /** The connection to try; without one a new one is asked for first. */
  connection?: Credential | undefined;
  onConnected(connection: Credential): void;
  onClose(): void;
}

/** Connects an account without leaving the step, and tries it at once. */
export function ConnectionDialog({ host, address, connection, onConnected, onClose }: ConnectionDialogProps) {
  const { t } = useTranslation();
  const add = useAddCredential();
  const [made, setMade] = useState<Credential | undefined>(connection);
  return (
    <Modal
      opened
      onClose={onClose}
      title={made ? t('editor.connect.tryTitle', { name: made.name }) : t('connections.add.button')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      {made ? (
        <Trying connection={made} address={address} onClose={onClose} />
      ) : (
        <ConnectionForm
          hosts={host ? [host] : []}
          submit={t('editor.connect.submit')}
          error={add.error}
          busy={add.isPending}
          onCancel={onClose}
          onSubmit={(values) =>
            add.mutate(values, {
              onSuccess: (connection) => {
                toast.done(t('connections.add.done', { name: values.name }));
                onConnected(connection);
                setMade(connection);
              },
            })
          }
        />
      )}
    </Modal>
  );
}

interface TryingProps {
  connection: Credential;
  address: string | null;
  onClose(): void;
}

function Trying({ connection, address, onClose }: TryingProps) {
  const { t } = useTranslation();
  const attempt = useTryCredential();
  const [to, setTo] = useState(address ?? `https://${connection.hosts[0]}/`);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        attempt.mutate({ id: connection.id, address: to });
      }}
    >
      <Stack gap="md">
        <Text size="sm">{t('editor.connect.tryText')}</Text>
        <TextInput
          data-autofocus
          label={t('editor.connect.address')}
          description={t('editor.connect.addressHelp', { hosts: connection.hosts.join(', ') })}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <ProblemAlert error={attempt.error} />
        {attempt.data && <ConnectionTrial trial={attempt.data} />}
        <Group justify="flex-end" gap="xs">
          <Button type="submit" variant={attempt.data ? 'default' : 'filled'} loading={attempt.isPending}>
            {t(attempt.data ? 'editor.connect.again' : 'editor.connect.try')}
          </Button>
          <Button variant={attempt.data ? 'filled' : 'default'} onClick={onClose}>
            {t('editor.connect.done')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
