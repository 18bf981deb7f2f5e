import { JsonInput, NumberInput, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useServerErrors } from './errors';
import { MakingForm } from './making-form';
import { More } from './more';
import { AddressFields, LimitFields, remoteChecks } from './remote-fields';
import { filled, number, type RemoteValues, readRemote, text, writeRemote } from './remote-values';
import type { MakingProps, Task } from './ways';

const PROTOCOLS = ['chat', 'anthropic', 'completions'] as const;
type Protocol = (typeof PROTOCOLS)[number];

const USUAL: Record<Protocol, string> = {
  chat: 'https://models.example.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  completions: 'https://models.example.com/v1',
};

interface Values extends RemoteValues {
  protocol: Protocol;
  task: Task;
  model: string;
  max_tokens: number | '';
  parameters: string;
}

/** A language model behind an address: one's own server, or a provider. */
export default function LanguageForm({ before, task, onSubmit, error, ...frame }: MakingProps) {
  const { t } = useTranslation();
  const form = useForm<Values>({
    initialValues: valuesOf(before?.runtime, before?.config, task),
    validateInputOnBlur: true,
    validate: {
      ...remoteChecks(t),
      model: (value) => (value.trim() ? null : t('making.needs.model')),
      parameters: (value) => (isRecord(value) ? null : t('making.needs.parameters')),
    },
  });
  useServerErrors(form, error);
  const { protocol } = form.values;
  return (
    <MakingForm
      {...frame}
      error={error}
      onSubmit={form.onSubmit((values) => onSubmit({ task: values.task, version: versionOf(values) }))}
    >
      <Select
        label={t('making.language.protocol')}
        allowDeselect={false}
        data={PROTOCOLS.map((value) => ({ value, label: t(`making.language.speaks.${value}`) }))}
        {...form.getInputProps('protocol')}
      />
      <AddressFields form={form} hint={t(`making.language.address.${protocol}`)} placeholder={USUAL[protocol]} />
      <TextInput
        label={t('making.language.model')}
        description={t('making.language.modelHint')}
        withAsterisk={false}
        required
        {...form.getInputProps('model')}
      />
      <More>
        {task === undefined && (
          <Select
            label={t('making.task')}
            description={t('making.language.taskHint')}
            allowDeselect={false}
            data={(['chat', 'extract'] as const).map((value) => ({ value, label: t(`assets.task.${value}`) }))}
            {...form.getInputProps('task')}
          />
        )}
        <NumberInput
          label={t('making.language.maxTokens')}
          description={t('making.language.maxTokensHint')}
          min={1}
          allowDecimal={false}
          {...form.getInputProps('max_tokens')}
        />
        <LimitFields form={form} task={form.values.task} tokens />
        <JsonInput
          label={t('making.language.parameters')}
          description={t('making.language.parametersHint')}
          placeholder={'{"temperature": 0.2}'}
          autosize
          minRows={2}
          formatOnBlur
          {...form.getInputProps('parameters')}
        />
      </More>
    </MakingForm>
  );
}

type Config = Readonly<Record<string, unknown>> | null | undefined;

function valuesOf(runtime: string | undefined, config: Config, task: Task | '' | undefined): Values {
  const parameters = (config?.parameters ?? {}) as object;
  return {
    ...readRemote(config),
    protocol: runtime === 'anthropic' ? 'anthropic' : config?.protocol === 'completions' ? 'completions' : 'chat',
    task: task === 'extract' ? 'extract' : 'chat',
    model: text(config?.model),
    max_tokens: number(config?.max_tokens),
    parameters: Object.keys(parameters).length > 0 ? JSON.stringify(parameters, null, 2) : '',
  };
}

function versionOf(values: Values) {
  const parameters = values.parameters.trim() ? (JSON.parse(values.parameters) as Record<string, unknown>) : null;
  return {
    runtime: values.protocol === 'anthropic' ? ('anthropic' as const) : ('chat' as const),
    config: {
      ...writeRemote(values),
      model: values.model.trim(),
      ...filled({ max_tokens: values.max_tokens }),
      ...(values.protocol === 'completions' ? { protocol: 'completions' } : {}),
      ...(parameters ? { parameters } : {}),
    },
  };
}

function isRecord(value: string): boolean {
  if (!value.trim()) return true;
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === 'object' && read !== null && !Array.isArray(read);
  } catch {
    return false;
  }
}
