/** What the editor does with several steps at once: groups, lining up, spreading. */

import type { TFunction } from 'i18next';
import { type Axis, align, distribute, type Edge } from '@/core/graph/arrange';
import { growFrame, moveSteps, type Placed } from '@/core/graph/commands';
import { type Graph, type NodeTypes, nodeByKey } from '@/core/graph/document';
import {
  foldGroup,
  type GroupRefusal,
  groupById,
  groupOf,
  leaveGroups,
  makeGroup,
  refuseGroup,
  ungroup,
} from '@/core/graph/groups';
import { toast } from '@/ui/toasts';
import type { EditLabel, EditorStore } from './editor-store';

export interface GroupActions {
  /** Makes a group of what is chosen, and asks for its title; says why when it cannot. */
  group(): void;
  ungroup(id: string): void;
  /** Takes apart every group that something chosen is in. */
  ungroupChosen(): void;
  fold(id: string, collapsed: boolean): void;
  /** Takes what is chosen out of its groups. */
  leave(): void;
  align(edge: Edge): void;
  distribute(axis: Axis): void;
}

export function createGroupActions(store: EditorStore, nodeTypes: NodeTypes, t: TFunction): GroupActions {
  const { actions } = store;
  const graph = () => store.getState().history.present;
  const chosen = () => store.getState().selected;
  const refuse = (reason: GroupRefusal) => {
    const words = t(`editor.group.refused.${reason}`);
    actions.say(words);
    toast.failed(words);
  };
  const place = (label: EditLabel, placed: Placed[]) => {
    if (placed.length === 0) return;
    actions.edit({ label }, (draft) => {
      moveSteps(draft, placed);
      for (const key of new Set(placed.map((one) => nodeByKey(draft, one.key)?.parent ?? null))) growFrame(draft, key);
    });
    actions.say(t('editor.selection.aligned', { count: placed.length }));
  };

  return {
    group() {
      const keys = chosen();
      const reason = refuseGroup(graph(), keys);
      if (reason) return refuse(reason);
      const title = freeTitle(graph(), t);
      let id = '';
      actions.edit({ label: 'group' }, (draft) => {
        id = makeGroup(draft, nodeTypes, keys, title);
      });
      actions.say(t('editor.group.made', { title, count: groupById(graph(), id)?.nodes.length ?? 0 }));
      actions.nameGroup(id);
    },
    ungroup(id) {
      const title = groupById(graph(), id)?.title;
      if (title === undefined) return;
      actions.edit({ label: 'ungroup' }, (draft) => ungroup(draft, id));
      actions.say(t('editor.group.apart', { title }));
    },
    ungroupChosen() {
      const ids = new Set(chosen().flatMap((key) => groupOf(graph(), key)?.id ?? []));
      actions.edit({ label: 'ungroup' }, (draft) => {
        for (const id of ids) ungroup(draft, id);
      });
    },
    fold(id, collapsed) {
      const title = groupById(graph(), id)?.title ?? '';
      actions.edit({ label: collapsed ? 'fold' : 'unfold' }, (draft) => foldGroup(draft, nodeTypes, id, collapsed));
      actions.say(t(collapsed ? 'editor.group.saidFolded' : 'editor.group.saidUnfolded', { title }));
    },
    leave() {
      const keys = chosen();
      actions.edit({ label: 'leaveGroup' }, (draft) => leaveGroups(draft, keys));
    },
    align: (edge) => place('align', align(graph(), nodeTypes, chosen(), edge)),
    distribute: (axis) => place('distribute', distribute(graph(), nodeTypes, chosen(), axis)),
  };
}

/** "Group 1", or the first number that no group has. */
function freeTitle(graph: Graph, t: TFunction): string {
  const taken = new Set(graph.groups.map((group) => group.title));
  for (let number = 1; ; number += 1) {
    const title = t('editor.group.new', { number });
    if (!taken.has(title)) return title;
  }
}
