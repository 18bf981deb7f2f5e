import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { arrangeable } from '@/core/graph/arrange';
import { growFrame, moveSteps } from '@/core/graph/commands';
import { nodeByKey } from '@/core/graph/document';
import { moveNotes } from '@/core/graph/groups';
import { toast } from '@/ui/toasts';
import { graphOf, useEditorWorld } from './editor-store';

export interface Tidying {
  /** How many steps are being laid out; null when nothing is. */
  count: number | null;
  all(): void;
  /** The chosen steps, or all where fewer than two are. */
  chosen(): void;
  cancel(): void;
}

/** Lays out all steps or the chosen ones: one edit, taken back with one Undo; cancelled, nothing has moved. */
export function useTidy(): Tidying {
  const { t } = useTranslation();
  const { store, nodeTypes } = useEditorWorld();
  const [count, setCount] = useState<number | null>(null);
  const running = useRef<AbortController | null>(null);

  const start = useCallback(
    async (keys: string[] | null) => {
      const { actions } = store;
      const graph = graphOf(store.getState());
      if (running.current || graph.nodes.length === 0) return;
      const control = new AbortController();
      running.current = control;
      const steps = keys?.length ?? graph.nodes.length;
      setCount(steps);
      try {
        const { tidyUp } = await import('./tidy-up');
        const tidied = await tidyUp(graph, nodeTypes, keys, control.signal);
        actions.edit({ label: 'tidy' }, (draft) => {
          moveSteps(draft, tidied.steps);
          moveNotes(draft, tidied.notes);
          for (const key of new Set(keys?.map((one) => nodeByKey(draft, one)?.parent ?? null))) growFrame(draft, key);
        });
        actions.say(t('editor.tidying.done', { count: steps }));
      } catch (error) {
        if (control.signal.aborted) actions.say(t('editor.tidying.cancelled'));
        else toast.failed(error, t('editor.tidying.failed'));
      } finally {
        running.current = null;
        setCount(null);
      }
    },
    [store, nodeTypes, t],
  );

  return useMemo(
    () => ({
      count,
      all: () => void start(null),
      chosen: () => {
        const { selected } = store.getState();
        const keys = arrangeable(graphOf(store.getState()), selected);
        void start(keys.length > 1 ? keys : null);
      },
      cancel: () => running.current?.abort(),
    }),
    [count, start, store],
  );
}
