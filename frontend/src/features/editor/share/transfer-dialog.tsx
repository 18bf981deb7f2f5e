import { Alert, Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCandidates, useLacks, useShare, useSharing } from '@/api/sharing';
import type { Lack, Workflow } from '@/api/types';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './share.module.css';

interface TransferDialogProps {
  workflow: Workflow;
  onClose(): void;
  onDone(): void;
}

/** Gives the workflow to somebody else, and says first what they would lack. */
export function TransferDialog({ workflow, onClose, onDone }: TransferDialogProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, 150);
  const [to, setTo] = useState<{ id: string; name: string } | null>(null);
  const named = useSharing(workflow.id).data?.grants.flatMap((one) => (one.user ? [one.user] : [])) ?? [];
  const found = useCandidates(workflow.id, to?.name === asked ? '' : asked).data?.people ?? [];
  const fitting = named.filter((one) => one.name.toLowerCase().includes(asked.toLowerCase()) || one.id === to?.id);
  const people = [...new Map([...fitting, ...found].map((one) => [one.id, one.name]))];
  const lacks = useLacks(workflow.id, to?.id ?? null);
  const share = useShare(workflow.id);
  const submit = () =>
    to &&
    share.mutate(
      { do: 'transfer', to: to.id },
      {
        onSuccess: () => {
          toast.done(t('sharing.transfer.done', { name: to.name }));
          onDone();
        },
      },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('sharing.transfer.title', { name: workflow.name })}
      closeButtonProps={{ 'aria-label': t('sharing.close') }}
    >
      <Stack gap="md">
        <ProblemAlert error={share.error ?? lacks.error} />
        <Text>{t('sharing.transfer.text')}</Text>
        <Select
          label={t('sharing.transfer.to')}
          searchable
          data-autofocus
          nothingFoundMessage={t('sharing.add.nobody')}
          searchValue={search}
          onSearchChange={setSearch}
          data={people.map(([id, name]) => ({ value: id, label: name }))}
          value={to?.id ?? null}
          onChange={(id) => setTo(id ? { id, name: people.find(([known]) => known === id)?.[1] ?? '' } : null)}
          filter={({ options }) => options}
        />
        {to && lacks.data && <Lacks name={to.name} lacks={lacks.data} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button disabled={!to || !lacks.data} loading={share.isPending} onClick={submit}>
            {t('sharing.transfer.submit')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Lacks({ name, lacks }: { name: string; lacks: Lack[] }) {
  const { t } = useTranslation();
  if (lacks.length === 0) {
    return (
      <Alert color="green" icon={<IconCheck size={18} aria-hidden />} role="status">
        {t('sharing.transfer.none', { name })}
      </Alert>
    );
  }
  return (
    <Alert
      color="orange"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={t('sharing.transfer.lacks', { name })}
      role="alert"
    >
      <ul className={classes.lacks}>
        {lacks.map((lack) => (
          <li key={lack.code}>{t(`sharing.transfer.lack.${lack.code}`, { names: lack.names.join(', ') })}</li>
        ))}
      </ul>
    </Alert>
  );
}
