import { Button, Group, PasswordInput, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldErrors } from './field-errors';
import { ProblemAlert } from './problem-alert';

/** What each kind of secret consists of; the last part is hidden while it is typed. */
export const CONNECTION_PARTS = {
  bearer: ['token'],
  basic: ['username', 'password'],
  header: ['name', 'value'],
} as const;

export type ConnectionKind = keyof typeof CONNECTION_PARTS;

const KINDS = ['bearer', 'basic', 'header'] as const;

export interface ConnectionValues {
  name: string;
  kind: ConnectionKind;
  secret: Record<string, string>;
  hosts: string[];
}

export interface ConnectionFormProps {
  /** What it is probably called. */
  name?: string;
  /** Where it will be used, when that is known. */
  hosts?: string[];
  submit: string;
  error: unknown;
  busy: boolean;
  onSubmit(values: ConnectionValues): void;
  onCancel(): void;
}

/** Asks for an account at another system. What is typed as a secret leaves this form once, and is never shown again. */
export function ConnectionForm({
  name = '',
  hosts = [],
  submit,
  error,
  busy,
  onSubmit,
  onCancel,
}: ConnectionFormProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: {
      name,
      kind: 'bearer' as ConnectionKind,
      secret: {} as Record<string, string>,
      hosts,
    },
    validate: {
      name: (value) => (value.trim() ? null : t('connections.add.needsName')),
      hosts: (value) => (value.length > 0 ? null : t('connections.add.needsHost')),
    },
  });
  const { setErrors } = form;
  useEffect(() => {
    if (error) setErrors(fieldErrors(error, ['name', 'kind', 'hosts']));
  }, [error, setErrors]);
  const parts: readonly string[] = CONNECTION_PARTS[form.values.kind];
  const send = form.onSubmit((values) =>
    onSubmit({ ...values, secret: Object.fromEntries(parts.map((part) => [part, values.secret[part] ?? ''])) }),
  );
  return (
    <form
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        // It can stand inside another form's dialog.
        event.stopPropagation();
        send(event);
      }}
    >
      <Stack gap="md">
        <ProblemAlert error={error} />
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
        {CONNECTION_PARTS[form.values.kind].map((part, index, all) => {
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
          <Button variant="default" onClick={onCancel}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
