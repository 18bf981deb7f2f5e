import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Verb } from '@/api/types';
import type { LineEnd } from '@/core/graph/connect';
import { type Graph, type NodeTypes, nodeByKey, type Position, type Problem, readGraph } from '@/core/graph/document';
import { keepGroups } from '@/core/graph/groups';
import { edit, type History, redo, startHistory, undo } from '@/core/graph/history';
import { normalField } from '@/core/graph/problems';
import type { SaveState } from './autosave';

/** What the open step library will do with the chosen type. */
export type LibraryTarget =
  | { kind: 'loose' }
  /** Connected to this way out; `at` where the line was let go. */
  | { kind: 'after'; from: LineEnd; at?: Position }
  /** Connected to this way in. */
  | { kind: 'before'; to: LineEnd; at: Position }
  | { kind: 'line'; line: string }
  | { kind: 'inside'; frame: string }
  | { kind: 'at'; position: Position };

/** What an edit is called in "Undo: …"; a message key under `editor.edit`. */
export type EditLabel =
  | 'add'
  | 'delete'
  | 'cut'
  | 'deleteLine'
  | 'duplicate'
  | 'paste'
  | 'off'
  | 'on'
  | 'note'
  | 'moveNote'
  | 'move'
  | 'connect'
  | 'reconnect'
  | 'intoFrame'
  | 'outOfFrame'
  | 'rename'
  | 'settings'
  | 'policy'
  | 'join'
  | 'lineBack'
  | 'stepNote'
  | 'update'
  | 'tidy'
  | 'group'
  | 'ungroup'
  | 'groupTitle'
  | 'fold'
  | 'unfold'
  | 'leaveGroup'
  | 'noteGroup'
  | 'align'
  | 'distribute'
  | 'extract'
  | 'restore';

/** The name of a step, as a field to be shown first. */
export const NAME_FIELD = '(name)';

export interface EditorState {
  history: History<Graph>;
  selected: string[];
  /** The step whose panel is open. */
  open: string | null;
  /** The line back whose panel is open. */
  line: string | null;
  /** The setting to be shown first, after a click on its problem. */
  focusField: string | null;
  /** Steps that are being filled in for the first time: their gaps are not held against them yet. */
  fresh: ReadonlySet<string>;
  /** Settings of such steps that were left all the same: theirs are said. */
  leftFields: ReadonlySet<string>;
  problems: Problem[];
  /** What had to be left out of pasted steps; until it is chosen again, it is shown like a problem. */
  leftOut: Problem[];
  save: SaveState;
  /** The document when it was opened or last published; another one has changes that nobody published. */
  settled: Graph;
  library: LibraryTarget | null;
  /** The group whose title is being written. */
  naming: string | null;
  /** Said aloud by the live region. */
  said: string;
}

export interface EditorActions {
  /** Changes the document; edits of the same `place` shortly after each other are one entry. */
  edit(what: { label: EditLabel; place?: string }, recipe: (graph: Graph) => void): void;
  undo(): void;
  redo(): void;
  select(keys: string[]): void;
  openStep(key: string | null, field?: string | null): void;
  openLine(id: string | null): void;
  openLibrary(target: LibraryTarget | null): void;
  nameGroup(id: string | null): void;
  markFresh(key: string): void;
  leaveField(step: string, path: readonly (string | number)[]): void;
  say(text: string): void;
  setSave(save: SaveState): void;
  setProblems(problems: Problem[]): void;
  flag(leftOut: Problem[]): void;
  /** What is open has just become live. */
  settle(): void;
  /** Replaces the document without a way back: what somebody else wrote. */
  load(graph: unknown, problems: Problem[]): void;
}

export type EditorStore = ReturnType<typeof createEditorStore>;

export function createEditorStore(graph: unknown, problems: Problem[]) {
  const first = startHistory(readGraph(graph));
  const store = createStore<EditorState>(() => ({
    history: first,
    settled: first.present,
    selected: [],
    open: null,
    line: null,
    focusField: null,
    fresh: new Set(),
    leftFields: new Set(),
    problems,
    leftOut: [],
    save: { kind: 'saved' },
    library: null,
    naming: null,
    said: '',
  }));
  const { getState: get, setState: set } = store;

  /** Leaving a step ends its grace. */
  const left = (state: EditorState, open: string | null) => {
    if (!state.open || state.open === open || !state.fresh.has(state.open)) return {};
    return { fresh: new Set([...state.fresh].filter((key) => key !== state.open)) };
  };
  const show = (history: History<Graph>) => {
    const { selected, open, line } = get();
    const there = (key: string) => nodeByKey(history.present, key) !== undefined;
    set({
      history,
      selected: selected.filter(there),
      open: open && there(open) ? open : null,
      line: history.present.edges.some((edge) => edge.id === line && edge.feedback) ? line : null,
    });
  };

  const actions: EditorActions = {
    edit: (what, recipe) => {
      const before = get().history;
      const next = edit(before, { ...what, at: Date.now() }, (draft) => {
        recipe(draft);
        keepGroups(before.present, draft);
      });
      if (next !== before) show(next);
    },
    undo: () => show(undo(get().history)),
    redo: () => show(redo(get().history)),
    select: (keys) => {
      const { selected, open } = get();
      if (keys.length === selected.length && keys.every((key) => selected.includes(key))) return;
      const stays = open !== null && keys.length === 1 && keys[0] === open;
      const line = keys.length > 0 ? null : get().line;
      set({ selected: keys, line, ...(stays ? {} : { open: null, ...left(get(), null) }) });
    },
    openStep: (key, field = null) => {
      const selected = key ? { selected: [key] } : {};
      set({ ...left(get(), key), open: key, line: null, focusField: field, library: null, ...selected });
    },
    openLine: (id) => {
      set({
        ...left(get(), null),
        line: id,
        focusField: null,
        library: null,
        ...(id ? { open: null, selected: [] } : {}),
      });
    },
    openLibrary: (library) => set({ library }),
    nameGroup: (naming) => set({ naming }),
    leaveField: (step, path) => {
      const { fresh, leftFields } = get();
      if (fresh.has(step)) set({ leftFields: new Set([...leftFields, `${step} ${path.join('.')}`]) });
    },
    markFresh: (key) => set({ fresh: new Set([...get().fresh, key]) }),
    say: (said) => set({ said }),
    setSave: (save) => set({ save }),
    setProblems: (found) => set({ problems: found }),
    flag: (leftOut) => set({ leftOut: [...get().leftOut, ...leftOut] }),
    settle: () => set({ settled: get().history.present }),
    load: (data, found) => {
      const history = startHistory(readGraph(data));
      set({ settled: history.present, problems: found, library: null });
      show(history);
    },
  };
  return { ...store, actions };
}

export interface EditorWorld {
  workflow: string;
  store: EditorStore;
  nodeTypes: NodeTypes;
  readOnly: boolean;
  /** What the person may do with this workflow, by role or because it is shared with them. */
  can: readonly Verb[];
}

export const EditorContext = createContext<EditorWorld | null>(null);

export function useEditorWorld(): EditorWorld {
  const world = useContext(EditorContext);
  if (!world) throw new Error('Editor parts live inside the editor');
  return world;
}

export function useMay(verb: Verb): boolean {
  return useEditorWorld().can.includes(verb);
}

export function useEditor<T>(read: (state: EditorState) => T): T {
  return useStore(useEditorWorld().store, read);
}

export function useEditorActions(): EditorActions {
  return useEditorWorld().store.actions;
}

/** Whether a problem is told already: not while a step is filled in for the first time, but for settings that were left. */
export function isTold({ fresh, leftFields }: Pick<EditorState, 'fresh' | 'leftFields'>, problem: Problem): boolean {
  if (!problem.node || !fresh.has(problem.node)) return true;
  return leftFields.has(`${problem.node} ${normalField(problem.field)}`);
}

export const graphOf = (state: EditorState): Graph => state.history.present;
export const isEdited = (state: EditorState): boolean => state.history.present !== state.settled;
