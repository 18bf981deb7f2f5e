import { Button, Modal, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useUser } from '@/api/session';
import type { Draft } from '@/api/types';
import { saveDraft, useCreateWorkflow } from '@/api/workflows';
import { ProblemAlert } from '@/ui/problem-alert';
import { TimeAgo } from '@/ui/time-ago';
import type { Autosave, Conflict } from './autosave';
import { useEditorWorld } from './editor-store';

export interface ConflictDialogProps {
  conflict: Conflict;
  name: string;
  autosave: Autosave;
}

/** Somebody saved in between: who, when, and three ways on. Closing it only puts the choice off. */
export function ConflictDialog({ conflict, name, autosave }: ConflictDialogProps) {
  const { t } = useTranslation();
  const { workflow, store } = useEditorWorld();
  const me = useUser();
  const create = useCreateWorkflow();
  const navigate = useNavigate();
  const [later, setLater] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const who = conflict.by === null || conflict.by === me.name ? t('editor.conflict.you') : conflict.by;

  const takeTheirs = async () => {
    const draft = await api.get<Draft>(`workflows/${workflow}/draft`);
    autosave.takeTheirs(draft);
    store.actions.load(draft.graph, draft.problems);
  };
  const copy = async () => {
    const mine = store.getState().history.present;
    const created = await create.mutateAsync({ name: t('editor.conflict.copyName', { name }) });
    const { token } = await api.get<Draft>(`workflows/${created.id}/draft`);
    await saveDraft(created.id, mine, token);
    await takeTheirs();
    await navigate({ to: '/workflows/$id', params: { id: created.id } });
  };
  const run = (act: () => Promise<unknown>) => () => {
    setError(null);
    act().catch(setError);
  };

  return (
    <Modal
      opened={later !== conflict.token}
      onClose={() => setLater(conflict.token)}
      title={t('editor.conflict.title')}
      // Without a chosen button the cross has the focus: it opens while a person is typing, and Enter must not choose.
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <Stack>
        <Text size="sm">{t('editor.conflict.text', { who })}</Text>
        <Text size="sm" c="dimmed">
          {t('editor.conflict.when')} <TimeAgo at={conflict.at} />
        </Text>
        {error !== null && <ProblemAlert error={error} />}
        <Button onClick={run(copy)}>{t('editor.conflict.copy')}</Button>
        <Button variant="default" onClick={run(takeTheirs)}>
          {t('editor.conflict.theirs')}
        </Button>
        <Button variant="default" onClick={run(() => autosave.keepMine(conflict.token))}>
          {t('editor.conflict.mine')}
        </Button>
      </Stack>
    </Modal>
  );
}
