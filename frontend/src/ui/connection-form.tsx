import { Button, Group, PasswordInput, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { fieldErrors } from './field-errors';
import { ProblemAlert } from './problem-alert';

/** What each kind of secret consists of; the last part is hidden while it is typed. */
const PARTS = {
  bearer: ['token'],
  basic: ['username', 'password'],
  header: ['name', 'value'],
} as const;

const KINDS = ['bearer', 'basic', 'header'] as const;

export interface ConnectionValues {
  name: string;
  kind: (typeof KINDS)[number];
  secret: Record<string, string>;
  hosts: string[];
}

interface ConnectionFormProps {
  /** What it is probably called. */
  name?: string;
  busy: boolean;
  error: unknown;
  onCancel(): void;
  onSubmit(values: ConnectionValues, refused: (error: unknown) => void): void;
}

/** A new account, wherever one is needed; whoever shows the form sends it. */
export function ConnectionForm({ name = '', busy, error, onCancel, onSubmit }: ConnectionFormProps) {
  const { t } = useTranslation();
  const form = useForm<ConnectionValues>({
    initialValues: { name, kind: 'bearer', secret: {}, hosts: [] },
    validate: {
      name: (value) => (value.trim() ? null : t('connections.add.needsName')),
      hosts: (value) => (value.length > 0 ? null : t('connections.add.needsHost')),
    },
  });
  const parts: readonly string[] = PARTS[form.values.kind];
  const submit = form.onSubmit((values) =>
    onSubmit(
      { ...values, secret: Object.fromEntries(parts.map((part) => [part, values.secret[part] ?? ''])) },
      (refusal) => form.setErrors(fieldErrors(refusal, ['name', 'kind', 'hosts'])),
    ),
  );
  return (
    <form
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        // It can stand inside another form's dialog.
        event.stopPropagation();
        submit(event);
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
          <Button variant="default" onClick={onCancel}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('connections.add.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
