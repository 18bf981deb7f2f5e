import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useTemplates } from '@/api/templates';
import { useCreateWorkflow } from '@/api/workflows';
import { TextLink } from '@/ui/button-link';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';

interface CreateWorkflowProps {
  /** Where it is put. */
  folder?: string | undefined;
  /** The address asks for it at once. */
  opened?: boolean | undefined;
  onClosed?: () => void;
}

/** The primary action: name it, start empty or from a template, and the editor opens. */
export function CreateWorkflow({ folder, opened: asked, onClosed }: CreateWorkflowProps) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false, { ...(onClosed ? { onClose: onClosed } : {}) });
  useEffect(() => {
    if (asked) open();
  }, [asked, open]);
  return (
    <>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
        {t('workflows.create.button')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t('workflows.create.title')}
        closeButtonProps={{ 'aria-label': t('ui.close') }}
      >
        <CreateForm folder={folder} onClose={close} />
      </Modal>
    </>
  );
}

function CreateForm({ folder, onClose }: { folder: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const templates = useTemplates();
  const create = useCreateWorkflow();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { name: '', template: '' },
    validate: { name: (value) => (value.trim() ? null : t('workflows.create.needsName')) },
  });
  const submit = form.onSubmit(({ name, template }) =>
    create.mutate(
      { name: name.trim(), template: template || undefined, folder },
      {
        onSuccess: ({ id }) => navigate({ to: '/workflows/$id', params: { id } }),
        onError: (error) => form.setErrors(fieldErrors(error, ['name'])),
      },
    ),
  );
  const options = templates.data ?? [];
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert error={create.error} />
        <TextInput
          label={t('workflows.create.name')}
          placeholder={t('workflows.create.example')}
          required
          withAsterisk={false}
          data-autofocus
          {...form.getInputProps('name')}
        />
        {options.length > 0 && (
          <Radio.Group label={t('workflows.create.from')} {...form.getInputProps('template')}>
            <Stack gap="xs" mt={6}>
              <Radio value="" label={t('workflows.create.empty')} description={t('workflows.create.emptyText')} />
              {options.map((one) => (
                <Radio key={one.key} value={one.key} label={one.name} description={one.description} />
              ))}
            </Stack>
          </Radio.Group>
        )}
        <TextLink to="/templates" search={{}} size="sm">
          {t('workflows.create.gallery')}
        </TextLink>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('workflows.create.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
