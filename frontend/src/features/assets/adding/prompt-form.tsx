import { Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useServerErrors } from './errors';
import { MakingForm } from './making-form';
import { text } from './remote-values';
import type { MakingProps } from './ways';

const LONGEST = 50_000;

/** Words that language models are given, kept in one place and in versions. */
export default function PromptForm({ before, onSubmit, error, ...frame }: MakingProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { text: text(before?.config?.text) },
    validate: { text: (value) => (value.trim() ? null : t('making.needs.text')) },
  });
  useServerErrors(form, error);
  return (
    <MakingForm
      {...frame}
      error={error}
      onSubmit={form.onSubmit((values) => onSubmit({ task: '', version: { runtime: '', config: values } }))}
    >
      <Textarea
        label={t('making.prompt.text')}
        description={t('making.prompt.textHint')}
        autosize
        minRows={8}
        maxRows={30}
        maxLength={LONGEST}
        withAsterisk={false}
        required
        {...form.getInputProps('text')}
      />
    </MakingForm>
  );
}
