import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Draft } from '@/api/types';
import { saveDraft, useCreateWorkflow, useWorkflow } from '@/api/workflows';
import { nameOf, nodeByKey } from '@/core/graph/document';
import { extract, replaceByCall } from '@/core/graph/extract';
import { groupOf } from '@/core/graph/groups';
import { ButtonLink } from '@/ui/button-link';
import { ProblemAlert } from '@/ui/problem-alert';
import { graphOf, useEditorWorld } from './editor-store';

export interface ExtractDialogProps {
  keys: readonly string[];
  onClose(): void;
}

/** Says what the new workflow takes and gives, makes it as a draft, and puts a step that runs it in the place of the chosen ones. */
export default function ExtractDialog({ keys, onClose }: ExtractDialogProps) {
  const { t } = useTranslation();
  const { workflow, store, nodeTypes } = useEditorWorld();
  const { actions } = store;
  // The document may go on changing behind the dialog; what is shown is what is made.
  const [graph] = useState(() => graphOf(store.getState()));
  const [chosen] = useState(keys);
  const [taken] = useState(() => extract(graph, nodeTypes, chosen));
  const create = useCreateWorkflow();
  const own = useWorkflow(workflow).data?.name ?? '';
  const group = groupOf(graph, chosen[0] ?? '')?.title;
  const [name, setName] = useState(group ?? t('editor.extract.default', { name: own }));
  const [made, setMade] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  if (typeof taken === 'string') return null;

  const make = async () => {
    const { id } = await create.mutateAsync({ name: name.trim() });
    try {
      const { token } = await api.get<Draft>(`workflows/${id}/draft`);
      await saveDraft(id, taken.graph, token);
    } catch (failed) {
      // A workflow without steps is of no use to anybody.
      await api.post(`workflows/${id}/archive`);
      throw failed;
    }
    let key: string | null = null;
    actions.edit({ label: 'extract' }, (draft) => {
      key = replaceByCall(draft, nodeTypes, chosen, taken, { id, name: name.trim() });
    });
    if (key) actions.select([key]);
    setMade(id);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    setBusy(true);
    make()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  const namesOf = (all: readonly string[]) =>
    all.map((key) => {
      const node = nodeByKey(graph, key);
      return node ? nameOf(node, nodeTypes) : key;
    });

  return (
    <Modal
      opened
      onClose={onClose}
      title={made ? t('editor.extract.made', { name }) : t('editor.extract.title')}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      {made ? (
        <Stack>
          <Text size="sm">{t('editor.extract.next', { name })}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('editor.extract.stay')}
            </Button>
            <ButtonLink to="/workflows/$id" params={{ id: made }} variant="filled">
              {t('editor.extract.open')}
            </ButtonLink>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <Text size="sm">{t('editor.extract.text', { count: taken.steps })}</Text>
            <TextInput
              data-autofocus
              label={t('editor.extract.name')}
              value={name}
              maxLength={200}
              required
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Listed
              title={t('editor.extract.takes')}
              none={t('editor.extract.takesNothing')}
              entries={taken.inputs.map((one) => one.label)}
            />
            <Listed
              title={t('editor.extract.gives')}
              none={t('editor.extract.givesNothing')}
              entries={namesOf(taken.results)}
            />
            <Text size="sm" c="dimmed">
              {t('editor.extract.draft')}
            </Text>
            {error !== null && <ProblemAlert error={error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t('editor.cancel')}
              </Button>
              <Button type="submit" loading={busy} disabled={name.trim() === ''}>
                {t('editor.extract.make')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Listed({ title, none, entries }: { title: string; none: string; entries: string[] }) {
  if (entries.length === 0) return <Text size="sm">{none}</Text>;
  return (
    <div>
      <Text size="sm" fw={500}>
        {title}
      </Text>
      <List size="sm">
        {entries.map((entry) => (
          <List.Item key={entry}>{entry}</List.Item>
        ))}
      </List>
    </div>
  );
}
