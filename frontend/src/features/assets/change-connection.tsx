import { Button, Group, Modal, MultiSelect, PasswordInput, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeCredential } from '@/api/governance';
import type { Credential } from '@/api/types';
import { useNodeTypes, useWorkflows, workflowQuery } from '@/api/workflows';
import type { NodeTypeInfo } from '@/core/graph/document';
import { CONNECTION_PARTS } from '@/ui/connection-form';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';

interface ChangeConnectionProps {
  connection: Credential | null;
  onClose: () => void;
}

/** What a connection is called and may be used for; a new secret takes the place of the one before. */
export function ChangeConnection({ connection, onClose }: ChangeConnectionProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={connection !== null}
      onClose={onClose}
      title={t('connections.change.title', { name: connection?.name ?? '' })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      {connection && <ChangeForm connection={connection} onClose={onClose} />}
    </Modal>
  );
}

/** Steps that use connections: by a setting of their own, or by way of a model or a tool. */
const usesConnections = ({ config_schema }: NodeTypeInfo) =>
  /"x-asset-kind"|"x-widget":"credential"/.test(JSON.stringify(config_schema));

function ChangeForm({ connection, onClose }: { connection: Credential; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChangeCredential();
  const nodeTypes = useNodeTypes();
  const { name, hosts, node_types } = connection;
  const form = useForm({
    initialValues: { name, hosts, node_types, workflows: connection.workflows, secret: {} as Record<string, string> },
    validate: {
      name: (value) => (value.trim() ? null : t('connections.add.needsName')),
      hosts: (value) => (value.length > 0 ? null : t('connections.add.needsHost')),
    },
  });
  const kinds = [...(nodeTypes.data?.values() ?? [])].filter(usesConnections);
  const submit = form.onSubmit(({ secret, ...values }) =>
    change.mutate(
      { id: connection.id, ...values, ...(Object.values(secret).some(Boolean) ? { secret } : {}) },
      {
        onSuccess: () => {
          toast.done(t('connections.change.done', { name: values.name }));
          onClose();
        },
        onError: (error) => form.setErrors(fieldErrors(error, Object.keys(values))),
      },
    ),
  );
  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack gap="md">
        <ProblemAlert error={change.error} />
        <TextInput label={t('connections.column.name')} data-autofocus {...form.getInputProps('name')} />
        <TagsInput
          label={t('connections.column.hosts')}
          description={t('connections.add.hostsHint')}
          acceptValueOnBlur
          {...form.getInputProps('hosts')}
        />
        <MultiSelect
          label={t('connections.change.steps')}
          description={t('connections.change.stepsHint')}
          placeholder={form.values.node_types.length === 0 ? t('connections.change.everyStep') : undefined}
          data={kinds.map((kind) => ({ value: kind.key, label: kind.title }))}
          searchable
          {...form.getInputProps('node_types')}
        />
        <WorkflowsChoice
          before={connection.workflows}
          value={form.values.workflows}
          onChange={(workflows) => form.setFieldValue('workflows', workflows)}
          error={form.errors.workflows}
        />
        {CONNECTION_PARTS[connection.kind].map((part, index, all) => {
          const Field = index === all.length - 1 ? PasswordInput : TextInput;
          return (
            <Field
              key={part}
              label={t('connections.change.new', { part: t(`connections.part.${part}`) })}
              description={index === 0 ? t('connections.change.newHint') : undefined}
              autoComplete="off"
              value={form.values.secret[part] ?? ''}
              onChange={(event) => form.setFieldValue(`secret.${part}`, event.currentTarget.value)}
            />
          );
        })}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t('connections.change.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface WorkflowsChoiceProps {
  /** For which it is now. */
  before: readonly string[];
  value: string[];
  onChange: (ids: string[]) => void;
  error?: React.ReactNode;
}

/** What was found once keeps its name, also when the search goes on to something else. */
function WorkflowsChoice({ before, value, onChange, error }: WorkflowsChoiceProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const found = useWorkflows({ search: search || undefined }).rows;
  const asked = useQueries({ queries: before.map(workflowQuery) });
  const [known] = useState(() => new Map<string, string>());
  for (const { id, name } of [...found, ...asked.flatMap(({ data }) => data ?? [])]) known.set(id, name);
  // Not shared with the person: nothing tells its name.
  const unknown = t(asked.some(({ isPending }) => isPending) ? 'ui.loading' : 'connections.change.notListed');
  const shown = [...new Set([...found.map(({ id }) => id), ...value])];
  return (
    <MultiSelect
      label={t('connections.change.workflows')}
      description={t('connections.change.workflowsHint')}
      placeholder={value.length === 0 ? t('connections.change.everyWorkflow') : undefined}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      data={shown.map((id) => ({ value: id, label: known.get(id) ?? unknown }))}
      value={value}
      onChange={onChange}
      filter={({ options }) => options}
      error={error}
    />
  );
}
