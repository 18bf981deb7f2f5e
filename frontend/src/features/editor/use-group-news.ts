import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { grownGroups } from '@/core/graph/groups';
import { toast } from '@/ui/toasts';
import { graphOf, useEditorWorld } from './editor-store';

/** Edits whose purpose is another shape of the whole; the person sees it happen. */
const EXPECTED = new Set(['tidy', 'align', 'distribute', 'noteGroup', 'restore']);

/** Says when a group has grown by itself: a member was dragged away, something was dropped in, a line needed it. */
export function useGroupNews() {
  const { t } = useTranslation();
  const { store, nodeTypes } = useEditorWorld();
  useEffect(
    () =>
      store.subscribe((state, before) => {
        const [past, earlier] = [state.history.past, before.history.past];
        const last = past.at(-1);
        // Only what was just done: taking it back, and doing it again, say so themselves.
        if (!last || last === earlier.at(-1) || past.length < earlier.length) return;
        if (before.history.future.some((entry) => entry.redo === last.redo)) return;
        if (EXPECTED.has(last.label)) return;
        const grown = grownGroups(graphOf(before), graphOf(state), nodeTypes);
        for (const { title } of grown) {
          const words = t('editor.group.extended', { title });
          store.actions.say(words);
          toast.done(words, 'group-extended');
        }
      }),
    [store, nodeTypes, t],
  );
}
