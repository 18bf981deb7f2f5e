import { Button, FileInput, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useAddDataSet } from '@/api/evaluations';
import { useNameable } from '@/api/tools';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { slug } from './adding/slug';

export const TABLES = '.csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.json';

interface DataSetFormProps {
  opened: boolean;
  onClose(): void;
  onAdded(id: string): void;
}

/** A new data set from a file. */
export function DataSetForm({ opened, onClose, onAdded }: DataSetFormProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('quality.addSet')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Fields onClose={onClose} onAdded={onAdded} />
    </Modal>
  );
}

function Fields({ onClose, onAdded }: Omit<DataSetFormProps, 'opened'>) {
  const { t } = useTranslation();
  const add = useAddDataSet();
  const form = useForm({
    initialValues: { title: '', file: null as File | null, target: '', rubric: '', judge: null as string | null },
    validateInputOnBlur: ['title'],
    validate: {
      title: (value) => (slug(value) ? null : t('quality.form.needsTitle')),
      file: (value) => (value ? null : t('quality.form.needsFile')),
      judge: (value, { rubric }) => (value || !rubric.trim() ? null : t('quality.form.needsJudge')),
    },
  });
  const judges = useNameable('model');
  const submit = form.onSubmit(({ title, file, target, rubric, judge }) => {
    if (!file) return;
    const criteria = lines(rubric);
    const graded = judge && criteria.length > 0 ? { rubric: criteria, judge } : null;
    add.mutate(
      { title, name: slug(title), file, target: target.trim() || null, rubric: graded },
      {
        onSuccess: ({ id }) => {
          toast.done(t('quality.form.done', { title }));
          onAdded(id);
          onClose();
        },
      },
    );
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert error={add.error} />
        <TextInput
          label={t('quality.form.title')}
          withAsterisk={false}
          required
          data-autofocus
          {...form.getInputProps('title')}
        />
        <FileInput
          label={t('quality.form.file')}
          description={t('quality.form.fileHint')}
          placeholder={t('quality.form.choose')}
          accept={TABLES}
          {...form.getInputProps('file')}
        />
        <TextInput
          label={t('quality.form.target')}
          description={t('quality.form.targetHint')}
          {...form.getInputProps('target')}
        />
        {judges.rows.length > 0 && (
          <>
            <Textarea
              label={t('quality.form.rubric')}
              description={t('quality.form.rubricHint')}
              autosize
              minRows={2}
              maxRows={8}
              {...form.getInputProps('rubric')}
            />
            {form.values.rubric.trim() && (
              <Select
                label={t('quality.form.judge')}
                description={t('quality.form.judgeHint')}
                searchable
                data={judges.rows.map(({ name, title }) => ({ value: name, label: title }))}
                {...form.getInputProps('judge')}
              />
            )}
          </>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t('quality.form.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function lines(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean);
}
