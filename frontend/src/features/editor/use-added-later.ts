import { useEffect } from 'react';
import type { RunOverlay } from '@/core/run/overlay';
import { type EditLabel, graphOf, useEditorWorld } from './editor-store';

const ADDING: ReadonlySet<string> = new Set<EditLabel>(['add', 'duplicate', 'paste']);

/** A step that is added after a run has not run, even where it gets the key of one that was deleted. */
export function useAddedLater(overlay: RunOverlay) {
  const { store } = useEditorWorld();
  useEffect(() => {
    let known = store.getState().history;
    return store.subscribe(({ history }) => {
      if (history === known) return;
      const before = new Set(known.present.nodes.map((node) => node.key));
      // What undo brings back did run; only a new entry adds.
      const grew = history.past.length > known.past.length && ADDING.has(history.past.at(-1)?.label ?? '');
      known = history;
      if (!grew) return;
      const added = graphOf(store.getState()).nodes.filter((node) => !before.has(node.key));
      if (added.length > 0) overlay.forget(added.map((node) => node.key));
    });
  }, [store, overlay]);
}
