import { Button, Group, Modal, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconUserOff } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FormerPerson, useErasePerson, useFormerPeople } from '@/api/integrity';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { ProblemAlert } from '@/ui/problem-alert';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import classes from '../integrity.module.css';

/** Whom the trail still names although they left; each can be erased from it. */
export function FormerPeople({ held }: { held: boolean }) {
  const { t } = useTranslation();
  const people = useFormerPeople();
  const [erasing, setErasing] = useState<FormerPerson | null>(null);
  const nameOf = (row: FormerPerson) => row.name || t('integrity.former.unnamed');
  const columns: Column<FormerPerson>[] = [
    { key: 'name', header: t('integrity.former.name'), cell: (row) => <Text fw={550}>{nameOf(row)}</Text> },
    {
      key: 'last',
      header: t('integrity.former.last'),
      wide: true,
      cell: (row) => (row.last_at ? <TimeAgo at={row.last_at} /> : t('integrity.former.never')),
    },
    {
      key: 'do',
      header: t('integrity.former.do'),
      quietHeader: true,
      width: 100,
      cell: (row) => (
        <Button
          size="compact-sm"
          variant="default"
          disabled={held}
          title={held ? t('integrity.former.held') : undefined}
          aria-label={t('integrity.former.erase', { name: nameOf(row) })}
          onClick={() => setErasing(row)}
        >
          {t('integrity.former.verb')}
        </Button>
      ),
    },
  ];
  return (
    <section className={classes.part}>
      <Title order={2} size="h4">
        {t('integrity.former.title')}
      </Title>
      <Text c="dimmed">{held ? t('integrity.former.held') : t('integrity.former.lead')}</Text>
      <DataTable
        label={t('integrity.former.title')}
        columns={columns}
        rows={people.data ?? []}
        rowKey={(row) => row.id}
        query={people}
        empty={<EmptyState icon={IconUserOff} title={t('integrity.former.empty')} />}
      />
      {erasing && <EraseDialog person={erasing} name={nameOf(erasing)} onClose={() => setErasing(null)} />}
    </section>
  );
}

function EraseDialog({ person, name, onClose }: { person: FormerPerson; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const erase = useErasePerson();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!reason.trim()) return;
    erase.mutate(
      { person: person.id, reason: reason.trim() },
      {
        onSuccess: ({ account_closed }) => {
          toast.done(t(account_closed ? 'integrity.former.closed' : 'integrity.former.done'));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('integrity.former.erase', { name })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <ProblemAlert error={erase.error} />
          <Text>{t('integrity.former.text')}</Text>
          <Text>{t('integrity.former.stays')}</Text>
          <TextInput
            label={t('integrity.former.reason')}
            data-autofocus
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={tried && !reason.trim() ? t('integrity.former.needsReason') : undefined}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" color="red" loading={erase.isPending}>
              {t('integrity.former.verb')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
