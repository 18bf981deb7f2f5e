import { Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useSaveTemplate } from '@/api/templates';
import type { TemplateCategory, Workflow } from '@/api/types';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';

const CATEGORIES = ['documents', 'finance', 'customers', 'operations', 'risk', 'other'] as const;

/** Keeps the workflow as a starting point for everybody in the workspace. */
export function SaveTemplate({ workflow, onClose }: { workflow: Workflow; onClose(): void }) {
  const { t } = useTranslation();
  const save = useSaveTemplate();
  const form = useForm({
    initialValues: {
      name: workflow.name,
      description: workflow.description,
      category: 'other' as TemplateCategory,
    },
    validate: { name: (value) => (value.trim() ? null : t('workflows.create.needsName')) },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(
      { ...values, name: values.name.trim(), workflow: workflow.id },
      {
        onSuccess: ({ name }) => {
          toast.done(t('templates.save.done', { name }));
          onClose();
        },
        onError: (error) => form.setErrors(fieldErrors(error, ['name', 'description', 'category'])),
      },
    ),
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('templates.save.title')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t('templates.save.text')}
          </Text>
          <ProblemAlert error={save.error} />
          <TextInput
            label={t('templates.save.name')}
            required
            withAsterisk={false}
            data-autofocus
            {...form.getInputProps('name')}
          />
          <Textarea
            label={t('templates.save.description')}
            description={t('templates.save.descriptionHelp')}
            autosize
            minRows={2}
            {...form.getInputProps('description')}
          />
          <Select
            label={t('templates.category.label')}
            allowDeselect={false}
            data={CATEGORIES.map((value) => ({ value, label: t(`templates.category.${value}`) }))}
            {...form.getInputProps('category')}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('templates.save.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
