import { IconLayoutDistributeHorizontal, IconPencil, IconSquareMinus, IconStack2 } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { arrangeable } from '@/core/graph/arrange';
import { groupById, groupOf, refuseGroup } from '@/core/graph/groups';
import { type EditorWorld, graphOf } from './editor-store';
import type { GroupActions } from './group-actions';
import type { MenuEntry } from './menu-entries';
import type { Tidying } from './use-tidy';

export interface Several {
  groups: GroupActions;
  tidying: Tidying;
}

/** What the menu of chosen steps offers for several of them. */
export function severalEntries(
  keys: readonly string[],
  { store }: EditorWorld,
  { groups, tidying }: Several,
  t: TFunction,
): MenuEntry[] {
  const graph = graphOf(store.getState());
  const entries: MenuEntry[] = [];
  if (refuseGroup(graph, keys) === null)
    entries.push({
      id: 'group',
      icon: IconStack2,
      words: t('editor.group.make'),
      keys: 'group',
      act: groups.group,
    });
  if (keys.some((key) => groupOf(graph, key)))
    entries.push({ id: 'leave', icon: IconSquareMinus, words: t('editor.group.leave'), act: groups.leave });
  if (arrangeable(graph, keys).length > 1)
    entries.push({
      id: 'tidy',
      icon: IconLayoutDistributeHorizontal,
      words: t('editor.selection.tidy'),
      keys: 'tidy',
      act: tidying.chosen,
    });
  return entries;
}

export function groupEntries(id: string, { store }: EditorWorld, { groups }: Several, t: TFunction): MenuEntry[] {
  const group = groupById(graphOf(store.getState()), id);
  if (!group) return [];
  const { title, collapsed } = group;
  return [
    {
      id: 'rename',
      icon: IconPencil,
      words: t('editor.group.rename'),
      act: () => store.actions.nameGroup(id),
    },
    {
      id: 'fold',
      icon: IconStack2,
      words: t(collapsed ? 'editor.group.unfold' : 'editor.group.fold', { title }),
      act: () => groups.fold(id, !collapsed),
    },
    {
      id: 'ungroup',
      icon: IconSquareMinus,
      words: t('editor.group.ungroup'),
      act: () => groups.ungroup(id),
    },
  ];
}
