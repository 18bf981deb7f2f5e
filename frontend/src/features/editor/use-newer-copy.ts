import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { SavedCopy } from '@/api/live-workflow';
import { useUser } from '@/api/session';
import type { Draft } from '@/api/types';
import { toast } from '@/ui/toasts';
import type { Autosave } from './autosave';
import { useEditorWorld } from './editor-store';

/**
 * What happens when somebody else saved: without changes of one's own the newer copy is taken over and told; with
 * changes they are saved now, which the server refuses, and the person chooses what should hold.
 */
export function useNewerCopy(autosave: Autosave) {
  const { t } = useTranslation();
  const { workflow, store } = useEditorWorld();
  const me = useUser();
  return useCallback(
    async ({ by, token }: SavedCopy) => {
      // One's own save may be told before its answer has come back.
      await autosave.settled();
      if (token === autosave.token) return;
      if (autosave.dirty) {
        await autosave.flush();
        return;
      }
      const draft = await api.get<Draft>(`workflows/${workflow}/draft`);
      if (draft.token === autosave.token || autosave.dirty) return;
      autosave.takeTheirs(draft);
      store.actions.load(draft.graph, draft.problems);
      const who = by === null || by.id === me.id ? t('editor.conflict.you') : by.name;
      const words = t('editor.newer.taken', { who });
      store.actions.say(words);
      toast.done(words, 'newer-copy');
    },
    [autosave, workflow, store, me.id, t],
  );
}
