import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useAddChatModel } from '@/api/assets';
import { useCredentials } from '@/api/governance';
import { useCan } from '@/api/session';
import { TextLink } from '@/ui/button-link';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';

/** Registers a language model that speaks the OpenAI way: one's own server or a provider. */
export function AddChatModel({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('assets.add.button')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <AddForm onClose={onClose} />
    </Modal>
  );
}

/** "My GPT 4" → "my-gpt-4". */
export function slug(title: string): string {
  return title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function AddForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const add = useAddChatModel();
  const seesCredentials = useCan('credential:read');
  const credentials = useCredentials(seesCredentials);
  const form = useForm({
    initialValues: { title: '', base_url: '', model: '', credential: null as string | null },
    validateInputOnBlur: true,
    validate: {
      title: (value) => (slug(value) ? null : t('assets.add.needsTitle')),
      base_url: (value) => (/^https?:\/\/\S+$/.test(value) ? null : t('assets.add.needsAddress')),
      model: (value) => (value.trim() ? null : t('assets.add.needsModel')),
    },
  });
  const submit = form.onSubmit((values) =>
    add.mutate(
      { ...values, name: slug(values.title) },
      {
        onSuccess: () => {
          toast.done(t('assets.add.done', { title: values.title }));
          onClose();
        },
        onError: (error) => form.setErrors(fieldErrors(error, Object.keys(values))),
      },
    ),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert error={add.error} />
        <TextInput
          label={t('assets.add.title')}
          withAsterisk={false}
          required
          data-autofocus
          {...form.getInputProps('title')}
        />
        <TextInput
          label={t('assets.add.address')}
          description={t('assets.add.addressHint')}
          placeholder="https://models.example.com/v1"
          withAsterisk={false}
          required
          {...form.getInputProps('base_url')}
        />
        <TextInput
          label={t('assets.add.model')}
          description={t('assets.add.modelHint')}
          withAsterisk={false}
          required
          {...form.getInputProps('model')}
        />
        {seesCredentials && (
          <Select
            label={t('assets.add.connection')}
            description={
              <>
                {t('assets.add.connectionHint')} <TextLink to="/connections">{t('app.nav.connections')}</TextLink>
              </>
            }
            clearable
            data={credentials.rows.map((one) => ({ value: one.id, label: one.name }))}
            {...form.getInputProps('credential')}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t('assets.add.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
