import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { type Scope, useCreateToken } from '@/api/tokens';
import { verbKey } from '@/core/trail';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { ShownOnce, STAYS } from '../shown-once';

type Verb = 'audit.verb.workflow.read';

const SCOPES = [
  'workspace:read',
  'workflow:read',
  'workflow:edit',
  'workflow:run',
  'run:read',
  'run:cancel',
  'file:write',
  'asset:read',
  'asset:consume',
  'asset:modify',
  'credential:read',
  'credential:use',
  'audit:read',
  'audit:export',
] as const satisfies readonly Scope[];
/** What an agent outside needs to call workflows as tools. */
const FOR_AGENTS: readonly Scope[] = ['workflow:run', 'asset:consume'];
const LIVES = ['7', '30', '90', '365'] as const;
const DAY_MS = 86_400_000;

/** A new access token; its secret is shown once. */
export function AddToken({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const create = useCreateToken();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={create.reset}
      title={t('tokens.add.button')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      {...(create.data && STAYS)}
    >
      <TokenForm create={create} onClose={onClose} />
    </Modal>
  );
}

interface TokenFormProps {
  /** Makes it: for oneself, or for a service account. */
  create: ReturnType<typeof useCreateToken>;
  onClose: () => void;
}

export function TokenForm({ create, onClose }: TokenFormProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { name: '', scopes: [...FOR_AGENTS] as Scope[], days: '30' as string, networks: '' },
    validate: {
      name: (value) => (value.trim() ? null : t('tokens.add.needsName')),
      scopes: (value) => (value.length > 0 ? null : t('tokens.add.needsScope')),
    },
  });
  if (create.data) {
    const { name, secret } = create.data;
    return (
      <ShownOnce
        done={t('tokens.add.done', { name })}
        label={t('tokens.add.secret')}
        value={secret}
        once={t('tokens.add.once')}
        copy={t('tokens.add.copy')}
        onClose={onClose}
      />
    );
  }
  const submit = form.onSubmit(({ name, scopes, days, networks }) =>
    create.mutate(
      {
        name: name.trim(),
        scopes,
        expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
        networks: networks.split(/[\s,;]+/).filter(Boolean),
      },
      { onError: (error) => form.setErrors(fieldErrors(error, ['name', 'scopes', 'networks'])) },
    ),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert error={create.error} />
        <TextInput
          label={t('tokens.column.name')}
          description={t('tokens.add.nameHint')}
          maxLength={100}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Select
          label={t('tokens.add.life')}
          allowDeselect={false}
          data={LIVES.map((value) => ({ value, label: t('tokens.add.days', { count: Number(value) }) }))}
          {...form.getInputProps('days')}
        />
        <TextInput
          label={t('tokens.add.networks')}
          description={t('tokens.add.networksHint')}
          placeholder="192.0.2.0/24"
          {...form.getInputProps('networks')}
        />
        <Checkbox.Group
          label={t('tokens.column.scopes')}
          description={t('tokens.add.scopesHint')}
          {...form.getInputProps('scopes')}
        >
          <Stack gap={8} mt="xs">
            {SCOPES.map((scope) => (
              <Checkbox key={scope} value={scope} label={t(`audit.verb.${verbKey(scope)}` as Verb)} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('tokens.add.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
