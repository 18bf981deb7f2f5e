/** What the editor does when a person asks: commands on the graph, then selection and words for the live region. */

import type { TFunction } from 'i18next';
import type { Asset } from '@/api/types';
import { copyText, duplicate, paste, type Read, readCopied, shiftTo, shiftToMiddle } from '@/core/graph/clipboard';
import {
  addStep,
  addStepAfter,
  addStepBefore,
  deleteLines,
  deleteSteps,
  freePlace,
  growFrame,
  insertOnLine,
  setConfigAt,
  switchOff,
} from '@/core/graph/commands';
import {
  FRAME_HEAD,
  FRAME_PAD,
  type Graph,
  type NodeTypeInfo,
  type NodeTypes,
  nameOf,
  nodeByKey,
  type Position,
} from '@/core/graph/document';
import { fits, type Spot, spotBetween, wayOn } from '@/core/graph/fitting';
import { type Dropped, withoutForeign } from '@/core/graph/foreign';
import { freshId } from '@/core/graph/keys';
import { readingOrder } from '@/core/graph/order';
import { plainSchema, propertiesOf, requiredOf } from '@/core/graph/schema';
import { suggestMappings } from '@/core/graph/scope';
import type { EditLabel, EditorStore, LibraryTarget } from './editor-store';

export interface StepActions {
  /** Adds a step where the library was opened for; gives its key. */
  add(type: NodeTypeInfo, target: LibraryTarget): string | null;
  remove(what: { steps: string[]; lines: string[]; notes: string[] }): void;
  duplicate(): void;
  /** The chosen steps as text for the clipboard; null when nothing is chosen. */
  copy(): string | null;
  /** Copies and takes away. */
  cut(): string | null;
  /** Adds what was copied; tells what the text was instead, or which settings had to be left out. */
  paste(text: string, where: PasteAt): Pasted;
  toggleOff(): void;
  selectAll(): void;
  addNote(at: Position): void;
  undo(): void;
  redo(): void;
}

/** At a place somebody pointed at, else in the middle of what is seen; steps copied here come to stand beside themselves. */
export type PasteAt = { at: Position } | { middle: Position };

export type Pasted = Exclude<Read, { kind: 'steps' }> | { kind: 'pasted'; dropped: Dropped[] };

/** What actions need to know of the world around the document. */
export interface Around {
  workspace: string;
  /** From the keys of duplicated steps to those of their copies. */
  onDuplicated(keys: ReadonlyMap<string, string>): void;
}

/** A model as far as choosing one needs it. */
export type Model = Pick<Asset, 'name' | 'kind' | 'task'>;

const ALONE: Around = { workspace: '', onDuplicated: () => {} };

/** `models` gives all models there are, or none while they are not known. */
export function createStepActions(
  store: EditorStore,
  nodeTypes: NodeTypes,
  t: TFunction,
  models: () => readonly Model[],
  around: Around = ALONE,
): StepActions {
  const { actions } = store;
  const graph = () => store.getState().history.present;
  const titleOf = (key: string) => {
    const node = nodeByKey(graph(), key);
    return node ? nameOf(node, nodeTypes) : key;
  };

  return {
    add(type, target) {
      let key: string | null = null;
      actions.edit({ label: 'add' }, (draft) => {
        key = place(draft, nodeTypes, type, target, store.getState().selected);
        if (!key) return;
        const known = {
          ...suggestMappings(draft, nodeTypes, key),
          ...onlyModels(type, models()),
          ...ownZone(type),
        };
        for (const [field, value] of Object.entries(known)) setConfigAt(draft, key, [field], value);
      });
      actions.openLibrary(null);
      if (!key) return null;
      actions.markFresh(key);
      actions.select([key]);
      actions.say(t('editor.said.added', { name: titleOf(key) }));
      return key;
    },
    remove({ steps, lines, notes }) {
      const [first] = steps;
      const words = first && steps.length === 1 ? titleOf(first) : '';
      // Lines of a deleted step go with it, and are healed: a box drawn around a step chooses them as well.
      const own = new Set(
        graph()
          .edges.filter((edge) => steps.includes(edge.source) || steps.includes(edge.target))
          .map((edge) => edge.id),
      );
      actions.edit({ label: steps.length > 0 ? 'delete' : 'deleteLine' }, (draft) => {
        deleteLines(
          draft,
          lines.filter((line) => !own.has(line)),
        );
        deleteSteps(draft, nodeTypes, steps);
        draft.notes = draft.notes.filter((note) => !notes.includes(note.id));
      });
      if (words) actions.say(t('editor.said.deleted', { name: words }));
      else if (steps.length > 0) actions.say(t('editor.said.deletedMany', { count: steps.length }));
    },
    duplicate() {
      const { selected } = store.getState();
      if (selected.length === 0) return;
      let done: ReturnType<typeof duplicate> = { added: [], keys: new Map() };
      actions.edit({ label: 'duplicate' }, (draft) => {
        done = duplicate(draft, nodeTypes, selected);
      });
      actions.select(done.added);
      actions.say(t('editor.said.duplicated', { count: done.added.length }));
      around.onDuplicated(done.keys);
    },
    copy() {
      const { selected } = store.getState();
      if (selected.length === 0) return null;
      actions.say(t('editor.said.copied', { count: selected.length }));
      return copyText(graph(), selected, around.workspace);
    },
    cut() {
      const { selected } = store.getState();
      if (selected.length === 0) return null;
      const text = copyText(graph(), selected, around.workspace);
      actions.edit({ label: 'cut' }, (draft) => deleteSteps(draft, nodeTypes, selected));
      actions.say(t('editor.said.deletedMany', { count: selected.length }));
      return text;
    },
    paste(text, where) {
      const read = readCopied(text);
      if (read.kind !== 'steps') return read;
      const known = models();
      const here = {
        workspace: around.workspace,
        models: known.length > 0 ? new Set(known.map((one) => one.name)) : null,
      };
      const [copied, dropped] = withoutForeign(read.copied, nodeTypes, here);
      const fromHere = copied.nodes.some(({ key, type, position: { x, y } }) => {
        const same = nodeByKey(graph(), key);
        return same?.type === type && same.position.x === x && same.position.y === y;
      });
      const shift =
        'at' in where ? shiftTo(copied, where.at) : fromHere ? { x: 48, y: 108 } : shiftToMiddle(copied, where.middle);
      let done: ReturnType<typeof paste> = { added: [], keys: new Map() };
      actions.edit({ label: 'paste' }, (draft) => {
        done = paste(draft, nodeTypes, copied, shift);
      });
      actions.select(done.added);
      actions.say(t('editor.said.pasted', { count: done.added.length }));
      actions.flag(
        dropped.map(({ node, field, title, what }) => ({
          code: 'left_out',
          message: t(`editor.paste.gone.${what}`),
          hint: t('editor.paste.choose', { title }),
          node: done.keys.get(node) ?? null,
          field,
        })),
      );
      return { kind: 'pasted', dropped };
    },
    toggleOff() {
      const { selected } = store.getState();
      const on = graph().nodes.some((node) => selected.includes(node.key) && !node.off);
      actions.edit({ label: on ? 'off' : 'on' }, (draft) => switchOff(draft, selected, on));
    },
    selectAll() {
      actions.select(graph().nodes.map((node) => node.key));
    },
    addNote(at) {
      actions.edit({ label: 'note' }, (draft) => {
        draft.notes.push({ id: freshId(), text: '', position: at, size: null, colour: 'yellow' });
      });
    },
    undo() {
      const label = store.getState().history.past.at(-1)?.label;
      actions.undo();
      if (label) actions.say(t('editor.said.undone', { what: t(`editor.edit.${label as EditLabel}`) }));
    },
    redo() {
      const label = store.getState().history.future.at(-1)?.label;
      actions.redo();
      if (label) actions.say(t('editor.said.redone', { what: t(`editor.edit.${label as EditLabel}`) }));
    },
  };
}

/** Times are meant by the clock of the person who adds the step. */
function ownZone(type: NodeTypeInfo): Record<string, string> {
  const zoned = propertiesOf(plainSchema(type.config_schema)).filter(([, one]) => one['x-widget'] === 'time-zone');
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return Object.fromEntries(zoned.map(([key]) => [key, zone]));
}

/** Required models of which exactly one fits: there is nothing to choose. */
function onlyModels(type: NodeTypeInfo, models: readonly Model[]): Record<string, string> {
  const schema = plainSchema(type.config_schema);
  const found: Record<string, string> = {};
  for (const field of requiredOf(schema)) {
    const wanted = propertiesOf(schema).find(([name]) => name === field)?.[1];
    if (!wanted?.['x-asset-kind']) continue;
    const fitting = models.filter((one) => one.kind === wanted['x-asset-kind'] && one.task === wanted['x-asset-task']);
    const [only] = fitting;
    if (only && fitting.length === 1) found[field] = only.name;
  }
  return found;
}

/** Where the library was opened for, the new step is connected; what does not fit there stands loose. */
function place(
  graph: Graph,
  nodeTypes: NodeTypes,
  type: NodeTypeInfo,
  target: LibraryTarget,
  selected: readonly string[],
): string | null {
  const spot = spotOf(graph, target);
  if (spot && !fits(type, spot)) return addLoose(graph, type, placeOf(target));
  if (target.kind === 'line') return insertOnLine(graph, nodeTypes, type, target.line);
  if (target.kind === 'after') return addStepAfter(graph, nodeTypes, type, target.from, target.at);
  if (target.kind === 'before') return addStepBefore(graph, nodeTypes, type, target.to, target.at);
  if (target.kind === 'at') return addStep(graph, { type, at: target.position });
  if (target.kind === 'inside') {
    const wanted = { x: FRAME_PAD, y: FRAME_HEAD + 36 };
    const key = addStep(graph, { type, at: freePlace(graph, target.frame, wanted), parent: target.frame });
    growFrame(graph, target.frame);
    return key;
  }
  return append(graph, nodeTypes, type, selected);
}

/** The neighbours of the place the library was opened for; null where anything may stand. */
export function spotOf(graph: Graph, target: LibraryTarget): Spot | null {
  if (target.kind === 'after') return spotBetween(graph, target.from.node, undefined);
  if (target.kind === 'before') return spotBetween(graph, undefined, target.to.node);
  if (target.kind === 'inside') return { after: undefined, before: undefined, parent: target.frame };
  if (target.kind !== 'line') return null;
  const edge = graph.edges.find((one) => one.id === target.line);
  return edge ? spotBetween(graph, edge.source, edge.target) : null;
}

function placeOf(target: LibraryTarget): Position | undefined {
  if (target.kind === 'after' || target.kind === 'before') return target.at;
  return undefined;
}

/** With one step chosen the new one follows it; else it stands loose. */
function append(graph: Graph, nodeTypes: NodeTypes, type: NodeTypeInfo, selected: readonly string[]): string {
  const chosen = selected.length === 1 ? nodeByKey(graph, selected[0]) : undefined;
  const port = chosen && wayOn(graph, nodeTypes, chosen.key);
  if (!chosen || !port || !fits(type, spotBetween(graph, chosen.key, undefined))) return addLoose(graph, type);
  return addStepAfter(graph, nodeTypes, type, { node: chosen.key, port });
}

/** Below what comes last, or where a person pointed. */
function addLoose(graph: Graph, type: NodeTypeInfo, wanted?: Position): string {
  const last = readingOrder(graph).findLast((node) => node.parent === null);
  const at = wanted ?? (last ? { x: last.position.x, y: last.position.y + 144 } : { x: 0, y: 0 });
  return addStep(graph, { type, at: freePlace(graph, null, at) });
}
