import { useCallback, useMemo, useState } from 'react';
import type { Graph } from '@/core/graph/document';
import type { CanvasEditing } from './canvas-context';

type Turned = Readonly<Record<string, boolean>>;
const NONE: Turned = {};

/** Groups are folded in the document by those who write it; who only looks folds them for themselves. */
export function useFolding(graph: Graph, editing: CanvasEditing | null) {
  const [turned, setTurned] = useState(NONE);
  const shown = useMemo(() => {
    if (editing || turned === NONE) return graph;
    const groups = graph.groups.map((group) => ({ ...group, collapsed: turned[group.id] ?? group.collapsed }));
    return { ...graph, groups };
  }, [graph, editing, turned]);
  const foldGroup = useCallback(
    (id: string, collapsed: boolean) => {
      if (editing) editing.onFoldGroup(id, collapsed);
      else setTurned((before) => ({ ...before, [id]: collapsed }));
    },
    [editing],
  );
  return { graph: shown, foldGroup };
}
