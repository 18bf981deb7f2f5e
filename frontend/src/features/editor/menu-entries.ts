import {
  IconArrowRightCircle,
  IconArrowsMaximize,
  IconClipboard,
  IconCopy,
  IconCopyPlus,
  IconHelp,
  IconLink,
  IconNote,
  IconPencil,
  IconPlus,
  IconPower,
  IconScissors,
  IconSearch,
  IconSelectAll,
  IconSettings,
  IconTrash,
} from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import type { ComponentType } from 'react';
import type { MenuAt } from '@/canvas/use-canvas-menu';
import type { Position } from '@/core/graph/document';
import { wayOn } from '@/core/graph/fitting';
import type { ShortcutId } from '@/core/shortcuts';
import { type EditorWorld, graphOf, NAME_FIELD } from './editor-store';
import { groupEntries, type Several, severalEntries } from './group-entries';
import type { StepActions } from './step-actions';

export interface MenuEntry {
  id: string;
  icon: ComponentType<{ size?: number }>;
  words: string;
  keys?: ShortcutId;
  /** Changes nothing: a reader gets it too. */
  reads?: boolean;
  act(): void;
}

/** What the menus reach outside the document. */
export interface MenuReach {
  copy(): void;
  cut(): void;
  paste(at: Position): void;
  copyLink(step: string): void;
  find(): void;
  fit(): void;
  help(): void;
  /** Takes hold of a line at this step. */
  holdLine(step: string): void;
  writeNote(id: string): void;
}

/** The entries of a menu in their groups. */
export function menuEntries(
  { target, place }: MenuAt,
  world: EditorWorld,
  steps: StepActions,
  reach: MenuReach,
  several: Several,
  t: TFunction,
): MenuEntry[][] {
  const groups =
    target.kind === 'steps'
      ? [...stepEntries(target.keys, world, steps, reach, t), severalEntries(target.keys, world, several, t)]
      : target.kind === 'line'
        ? [lineEntries(target.line, world, steps, t)]
        : target.kind === 'note'
          ? [noteEntries(target.note, steps, reach, t)]
          : target.kind === 'group'
            ? [groupEntries(target.group, world, several, t)]
            : canvasEntries(place, world, steps, reach, t);
  return world.readOnly ? groups.map((group) => group.filter((entry) => entry.reads)) : groups;
}

function stepEntries(
  keys: string[],
  { store, nodeTypes }: EditorWorld,
  steps: StepActions,
  reach: MenuReach,
  t: TFunction,
): MenuEntry[][] {
  const { actions } = store;
  const graph = graphOf(store.getState());
  const [only] = keys.length === 1 ? keys : [];
  const port = only ? wayOn(graph, nodeTypes, only) : null;
  const on = graph.nodes.some((node) => keys.includes(node.key) && !node.off);
  const first: MenuEntry[] = [];
  const change: MenuEntry[] = [
    {
      id: 'off',
      icon: IconPower,
      words: t(on ? 'editor.menu.off' : 'editor.menu.on'),
      keys: 'off',
      act: steps.toggleOff,
    },
    {
      id: 'duplicate',
      icon: IconCopyPlus,
      words: t('editor.shortcuts.duplicate'),
      keys: 'duplicate',
      act: steps.duplicate,
    },
  ];
  const take: MenuEntry[] = [
    { id: 'copy', icon: IconCopy, words: t('editor.shortcuts.copy'), keys: 'copy', reads: true, act: reach.copy },
    { id: 'cut', icon: IconScissors, words: t('editor.shortcuts.cut'), keys: 'cut', act: reach.cut },
  ];
  const remove: MenuEntry = {
    id: 'delete',
    icon: IconTrash,
    words: t('editor.shortcuts.delete'),
    keys: 'delete',
    act: () => steps.remove({ steps: keys, lines: [], notes: [] }),
  };
  if (only) {
    first.push(
      {
        id: 'open',
        icon: IconSettings,
        words: t('editor.menu.open'),
        keys: 'open',
        reads: true,
        act: () => actions.openStep(only),
      },
      {
        id: 'rename',
        icon: IconPencil,
        words: t('editor.shortcuts.rename'),
        keys: 'rename',
        act: () => actions.openStep(only, NAME_FIELD),
      },
    );
    take.push({
      id: 'link',
      icon: IconLink,
      words: t('editor.menu.copyLink'),
      reads: true,
      act: () => reach.copyLink(only),
    });
  }
  if (only && port) {
    const from = { node: only, port };
    first.push(
      {
        id: 'after',
        icon: IconPlus,
        words: t('editor.menu.addAfter'),
        act: () => actions.openLibrary({ kind: 'after', from }),
      },
      {
        id: 'line',
        icon: IconArrowRightCircle,
        words: t('editor.shortcuts.line'),
        keys: 'line',
        act: () => reach.holdLine(only),
      },
    );
  }
  return [first, change, take, [remove]];
}

function lineEntries(line: string, { store }: EditorWorld, steps: StepActions, t: TFunction): MenuEntry[] {
  const { actions } = store;
  const edge = graphOf(store.getState()).edges.find((one) => one.id === line);
  const entries: MenuEntry[] = edge?.feedback
    ? [{ id: 'open', icon: IconSettings, words: t('editor.menu.openLine'), act: () => actions.openLine(line) }]
    : [
        {
          id: 'insert',
          icon: IconPlus,
          words: t('editor.menu.insert'),
          act: () => actions.openLibrary({ kind: 'line', line }),
        },
      ];
  return [
    ...entries,
    {
      id: 'delete',
      icon: IconTrash,
      words: t('editor.menu.removeLine'),
      keys: 'delete',
      act: () => steps.remove({ steps: [], lines: [line], notes: [] }),
    },
  ];
}

function noteEntries(note: string, steps: StepActions, reach: MenuReach, t: TFunction): MenuEntry[] {
  return [
    { id: 'write', icon: IconPencil, words: t('editor.menu.editNote'), act: () => reach.writeNote(note) },
    {
      id: 'delete',
      icon: IconTrash,
      words: t('editor.menu.deleteNote'),
      keys: 'delete',
      act: () => steps.remove({ steps: [], lines: [], notes: [note] }),
    },
  ];
}

function canvasEntries(
  place: Position,
  { store }: EditorWorld,
  steps: StepActions,
  reach: MenuReach,
  t: TFunction,
): MenuEntry[][] {
  const { actions } = store;
  const view: MenuEntry[] = [
    {
      id: 'all',
      icon: IconSelectAll,
      words: t('editor.shortcuts.all'),
      keys: 'all',
      reads: true,
      act: steps.selectAll,
    },
    { id: 'find', icon: IconSearch, words: t('editor.shortcuts.find'), keys: 'find', reads: true, act: reach.find },
    { id: 'fit', icon: IconArrowsMaximize, words: t('editor.shortcuts.fit'), keys: 'fit', reads: true, act: reach.fit },
    { id: 'help', icon: IconHelp, words: t('editor.menu.goto'), keys: 'help', reads: true, act: reach.help },
  ];
  const add: MenuEntry[] = [
    {
      id: 'add',
      icon: IconPlus,
      words: t('editor.menu.addStep'),
      keys: 'add',
      act: () => actions.openLibrary({ kind: 'at', position: place }),
    },
    { id: 'note', icon: IconNote, words: t('editor.menu.addNote'), keys: 'note', act: () => steps.addNote(place) },
    { id: 'paste', icon: IconClipboard, words: t('editor.menu.paste'), keys: 'paste', act: () => reach.paste(place) },
  ];
  return [add, view];
}
