import { useEffect, useMemo, useState } from 'react';
import { nodeByKey } from '@/core/graph/document';
import type { Path } from '@/core/graph/formulas';
import { itemList, type Row, sameList, type Values, withItem, withRowFirst } from '@/core/graph/rows';
import { type ScopeName, scopeOf } from '@/core/graph/scope';
import type { Run } from '@/core/run/model';
import { graphOf, useEditor, useEditorWorld } from './editor-store';
import { useItemValues } from './use-item-values';

/** What comes into a step, and the row of it that a person points at. */
export interface Incoming {
  /** In the order of the flow. */
  names: ScopeName[];
  /** By the names formulas use, as they came. */
  values: Values;
  /** The same for the row: what settings are tried with. */
  rowValues: Values;
  /** Inside a frame: the list whose entries it gets one by one. */
  items: Path | null;
  row: Row | null;
  /** Pointing lasts as long as the pointer or the focus stays. */
  point(row: Row | null): void;
  /** Choosing lasts; choosing the same row again lets go of it. */
  choose(row: Row): void;
}

export function useIncoming(step: string, given: Values, samples: Values, run: Run | null): Incoming {
  const { nodeTypes } = useEditorWorld();
  const graph = useEditor(graphOf);
  const [pointed, point] = useState<Row | null>(null);
  const [chosen, setChosen] = useState<Row | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows of one step are not those of the next.
  useEffect(() => {
    point(null);
    setChosen(null);
  }, [step]);

  const names = useMemo(() => scopeOf(graph, nodeTypes, step), [graph, nodeTypes, step]);
  const node = nodeByKey(graph, step);
  const items = useMemo(() => itemList(graph, node), [graph, node]);
  const row = pointed ?? chosen;
  const index = row && sameList(row.list, items) ? row.index : 0;
  const inside = useItemValues(graph, node?.parent ?? null, index, run);
  const values = useMemo(
    () => withItem({ ...given, ...inside, ...samples }, items, row),
    [given, inside, samples, items, row],
  );
  const rowValues = useMemo(
    () => (sameList(row?.list ?? null, items) ? values : withRowFirst(values, row)),
    [values, row, items],
  );
  const choose = (next: Row) =>
    setChosen((now) => (now && now.index === next.index && sameList(now.list, next.list) ? null : next));
  return { names, values, rowValues, items, row, point, choose };
}
