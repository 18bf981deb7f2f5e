import { NumberInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useServerErrors } from './errors';
import { MakingForm } from './making-form';
import { More } from './more';
import { AddressFields, LimitFields, remoteChecks } from './remote-fields';
import { filled, number, readRemote, text, writeRemote } from './remote-values';
import type { MakingProps } from './ways';

/** A model that turns texts into numbers, behind an address. */
export default function EmbeddingsForm({ before, onSubmit, error, ...frame }: MakingProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: {
      ...readRemote(before?.config),
      model: text(before?.config?.model),
      dimensions: number(before?.config?.dimensions),
    },
    validateInputOnBlur: true,
    validate: {
      ...remoteChecks(t),
      model: (value) => (value.trim() ? null : t('making.needs.model')),
    },
  });
  useServerErrors(form, error);
  const submit = form.onSubmit(({ model, dimensions, ...remote }) =>
    onSubmit({
      task: 'embed',
      version: {
        runtime: 'embeddings',
        config: { ...writeRemote(remote), model: model.trim(), ...filled({ dimensions }) },
      },
    }),
  );
  return (
    <MakingForm {...frame} error={error} onSubmit={submit}>
      <AddressFields form={form} hint={t('making.embeddings.address')} placeholder="https://models.example.com/v1" />
      <TextInput
        label={t('making.language.model')}
        description={t('making.language.modelHint')}
        withAsterisk={false}
        required
        {...form.getInputProps('model')}
      />
      <More>
        <NumberInput
          label={t('making.embeddings.dimensions')}
          description={t('making.embeddings.dimensionsHint')}
          min={1}
          max={20_000}
          allowDecimal={false}
          {...form.getInputProps('dimensions')}
        />
        <LimitFields form={form} task="embed" tokens />
      </More>
    </MakingForm>
  );
}
