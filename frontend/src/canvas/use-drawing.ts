import { useEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { type LineEnd, placeKey, type Refusal, type Side, type Verdict, verdictsFor } from '@/core/graph/connect';
import type { Graph, NodeTypes } from '@/core/graph/document';
import { readingOrder } from '@/core/graph/order';
import type { CanvasEditing } from './canvas-context';

/** A line while one of its ends looks for a place: dragged along, or begun with a tap or a key and waiting for the second. */
export interface Drawing {
  held: LineEnd;
  side: Side;
  /** The line whose end is being moved; null for a new one. */
  line: string | null;
  how: 'drag' | 'tap';
  verdicts: ReadonlyMap<string, Verdict>;
  /** Where it may end, as a person reads the workflow. */
  places: readonly LineEnd[];
  /** The place under the pointer, or chosen by arrow keys. */
  at: LineEnd | null;
}

export interface DrawingControl {
  store: StoreApi<{ drawing: Drawing | null }>;
  begin(held: LineEnd, side: Side, how: Drawing['how'], line?: string): void;
  consider(place: LineEnd | null): void;
  /** The way into a step, or out of it, that somebody means who points at the whole step. */
  placeOn(step: string): LineEnd | null;
  /** Draws the line, or says why not. */
  finish(place: LineEnd): void;
  cancel(): void;
}

export function useDrawing(graph: Graph, nodeTypes: NodeTypes, editing: CanvasEditing | null): DrawingControl {
  const latest = useRef({ graph, nodeTypes, editing });
  latest.current = { graph, nodeTypes, editing };
  const control = useMemo(() => createDrawing(() => latest.current), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was drawn for another document leads nowhere.
  useEffect(() => control.cancel(), [graph, control]);
  return control;
}

interface World {
  graph: Graph;
  nodeTypes: NodeTypes;
  editing: CanvasEditing | null;
}

export function createDrawing(world: () => World): DrawingControl {
  const store = createStore<{ drawing: Drawing | null }>(() => ({ drawing: null }));
  const now = () => store.getState().drawing;
  return {
    store,
    begin(held, side, how, line) {
      const { graph, nodeTypes, editing } = world();
      if (!editing) return;
      const verdicts = verdictsFor(graph, nodeTypes, held, side, line);
      const rank = new Map(readingOrder(graph).map((node, index) => [node.key, index]));
      const places = [...verdicts]
        .filter(([, verdict]) => verdict.ok)
        .map(([place]) => placeOf(place))
        .sort((a, b) => (rank.get(a.node) ?? 0) - (rank.get(b.node) ?? 0));
      store.setState({ drawing: { held, side, line: line ?? null, how, verdicts, places, at: null } });
    },
    consider(at) {
      const drawing = now();
      if (drawing) store.setState({ drawing: { ...drawing, at } });
    },
    placeOn(step) {
      const drawing = now();
      if (!drawing) return null;
      if (drawing.side === 'out') return { node: step, port: 'in' };
      const fitting = drawing.places.find((place) => place.node === step);
      const any = [...drawing.verdicts.keys()].map(placeOf).find((place) => place.node === step);
      return fitting ?? any ?? null;
    },
    finish(place) {
      const drawing = now();
      const { editing } = world();
      const verdict = drawing?.verdicts.get(placeKey(place));
      store.setState({ drawing: null });
      if (!drawing || !verdict || !editing) return;
      if (!verdict.ok) editing.onRefused(verdict.reason);
      else {
        const [from, to] = drawing.side === 'out' ? [drawing.held, place] : [place, drawing.held];
        if (drawing.line) editing.onReconnect(drawing.line, from, to);
        else editing.onConnect(from, to);
      }
    },
    cancel() {
      if (now()) store.setState({ drawing: null });
    },
  };
}

/** Keys of steps hold no slash; those of ways out may. */
function placeOf(place: string): LineEnd {
  const cut = place.indexOf('/');
  return { node: place.slice(0, cut), port: place.slice(cut + 1) };
}

const same = (a: LineEnd | null | undefined, b: LineEnd) => a?.node === b.node && a.port === b.port;

/** How a way in or out looks while a line is drawn; null when none is. */
export type Fit = 'held' | 'at' | 'fits' | 'unfit' | null;

export function fitOf(drawing: Drawing | null, place: LineEnd, side: Side): Fit {
  if (!drawing) return null;
  if (drawing.side === side) return same(drawing.held, place) ? 'held' : 'unfit';
  if (!drawing.verdicts.get(placeKey(place))?.ok) return 'unfit';
  return same(drawing.at, place) ? 'at' : 'fits';
}

/** The look of one way in (`side` in) or out; only those that change are drawn again. */
export function useFitOf({ store }: DrawingControl, place: LineEnd, side: Side): Fit {
  return useStore(store, (state) => fitOf(state.drawing, place, side));
}

/** True while a line is drawn that cannot end at this step. */
export function useOutOfReach({ store }: DrawingControl, step: string): boolean {
  return useStore(store, ({ drawing }) => {
    if (!drawing || drawing.held.node === step) return false;
    return !drawing.places.some((place) => place.node === step);
  });
}

export function refusalAt(drawing: Drawing, place: LineEnd | null): Refusal | null {
  const verdict = place && drawing.verdicts.get(placeKey(place));
  return verdict && !verdict.ok ? verdict.reason : null;
}
