import { Button, Group, Modal, PasswordInput, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useAddCredential } from '@/api/governance';
import type { CredentialKind } from '@/api/types';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';

/** What each kind of secret consists of; the last part is hidden while it is typed. */
const PARTS = {
  bearer: ['token'],
  basic: ['username', 'password'],
  header: ['name', 'value'],
} as const satisfies Record<CredentialKind, readonly string[]>;

const KINDS = ['bearer', 'basic', 'header'] as const;

export function AddConnection({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('connections.add.button')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <AddForm onClose={onClose} />
    </Modal>
  );
}

function AddForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const add = useAddCredential();
  const form = useForm({
    initialValues: {
      name: '',
      kind: 'bearer' as CredentialKind,
      secret: {} as Record<string, string>,
      hosts: [] as string[],
    },
    validate: {
      name: (value) => (value.trim() ? null : t('connections.add.needsName')),
      hosts: (value) => (value.length > 0 ? null : t('connections.add.needsHost')),
    },
  });
  const parts: readonly string[] = PARTS[form.values.kind];
  const submit = form.onSubmit((values) =>
    add.mutate(
      { ...values, secret: Object.fromEntries(parts.map((part) => [part, values.secret[part] ?? ''])) },
      {
        onSuccess: () => {
          toast.done(t('connections.add.done', { name: values.name }));
          onClose();
        },
        onError: (error) => form.setErrors(fieldErrors(error, ['name', 'kind', 'hosts'])),
      },
    ),
  );
  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack gap="md">
        <ProblemAlert error={add.error} />
        <TextInput
          label={t('connections.column.name')}
          withAsterisk={false}
          required
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Select
          label={t('connections.column.kind')}
          allowDeselect={false}
          data={KINDS.map((value) => ({ value, label: t(`connections.kind.${value}`) }))}
          {...form.getInputProps('kind')}
        />
        {PARTS[form.values.kind].map((part, index, all) => {
          const Field = index === all.length - 1 ? PasswordInput : TextInput;
          return (
            <Field
              key={part}
              label={t(`connections.part.${part}`)}
              autoComplete="off"
              required
              withAsterisk={false}
              value={form.values.secret[part] ?? ''}
              onChange={(event) => form.setFieldValue(`secret.${part}`, event.currentTarget.value)}
            />
          );
        })}
        <TagsInput
          label={t('connections.column.hosts')}
          description={t('connections.add.hostsHint')}
          placeholder="api.example.com"
          acceptValueOnBlur
          {...form.getInputProps('hosts')}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t('connections.add.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
