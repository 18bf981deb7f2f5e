import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CanvasEditing } from '@/canvas/canvas-context';
import { connect, moveSteps, type Placed, reconnect } from '@/core/graph/commands';
import type { Refusal } from '@/core/graph/connect';
import { type GraphNote, nameOf, nodeByKey, snap } from '@/core/graph/document';
import { frameUnder, putIntoFrame } from '@/core/graph/frames';
import { changeGroup, joinGroupsUnder, joinNotesUnder, moveNotes, putNoteIntoGroup } from '@/core/graph/groups';
import { PAUSE_MS } from '@/core/graph/history';
import type { Direction } from '@/core/graph/walk';
import { useEditorWorld } from './editor-store';
import type { GroupActions } from './group-actions';
import type { StepActions } from './step-actions';

/** Wires what happens on the canvas to the document. */
export function useEditing(steps: StepActions, groups: GroupActions, onFiles: (files: File[]) => void): CanvasEditing {
  const { store, nodeTypes } = useEditorWorld();
  const { t } = useTranslation();
  return useMemo(() => {
    const { actions } = store;
    const refuse = (reason: Refusal) => {
      const message = t(`editor.refused.${reason}`);
      actions.say(message);
      notifications.show({ message, color: 'yellow', role: 'alert' });
    };
    let telling: ReturnType<typeof setTimeout> | undefined;
    const tellMove = (placed: readonly Placed[], way: Direction) => {
      const direction = t(`editor.direction.${way}`);
      const node = nodeByKey(store.getState().history.present, placed[0]?.key);
      if (placed.length === 1 && node)
        actions.say(t('editor.said.moved', { name: nameOf(node, nodeTypes), direction }));
      else actions.say(t('editor.said.movedMany', { count: placed.length, direction }));
    };
    /** A line back asks for its condition at once. */
    const openIfBack = (id: string | null) => {
      const edge = store.getState().history.present.edges.find((one) => one.id === id);
      if (!edge?.feedback) return;
      actions.openLine(edge.id);
      actions.say(t('editor.said.back', { count: edge.feedback.max_rounds }));
    };
    return {
      onMove: (placed, how, notes = []) => {
        if (how === 'drag') {
          const [keys, ids] = [placed.map((one) => one.key), notes.map((one) => one.id)];
          return actions.edit({ label: keys.length > 0 ? 'move' : 'moveNote' }, (graph) => {
            moveSteps(graph, placed);
            moveNotes(graph, notes);
            joinGroupsUnder(graph, nodeTypes, keys);
            joinNotesUnder(graph, nodeTypes, ids);
          });
        }
        // Arrow keys shortly after each other are one entry, and are told once.
        const place = `move:${placed.map((one) => one.key).join()}`;
        actions.edit({ label: 'move', place }, (graph) => moveSteps(graph, placed));
        clearTimeout(telling);
        telling = setTimeout(() => tellMove(placed, how), PAUSE_MS);
      },
      onChangeNote: (id, change: Partial<Omit<GraphNote, 'id'>>) =>
        actions.edit({ label: 'note' }, (graph) => {
          const note = graph.notes.find((one) => one.id === id);
          if (note) Object.assign(note, change);
        }),
      onGroupNote: (id, group) => actions.edit({ label: 'noteGroup' }, (graph) => putNoteIntoGroup(graph, id, group)),
      onChangeGroup: (id, change) => actions.edit({ label: 'groupTitle' }, (graph) => changeGroup(graph, id, change)),
      onFoldGroup: groups.fold,
      onUngroup: groups.ungroup,
      onNameGroup: actions.nameGroup,
      onConnect: (from, to) => {
        let drawn: string | null = null;
        actions.edit({ label: 'connect' }, (graph) => {
          drawn = connect(graph, nodeTypes, from, to);
        });
        openIfBack(drawn);
      },
      onReconnect: (id, from, to) => {
        actions.edit({ label: 'reconnect' }, (graph) => {
          reconnect(graph, nodeTypes, id, from, to);
        });
        openIfBack(id);
      },
      onRefused: refuse,
      onDropLine: (held, side, at) =>
        actions.openLibrary(side === 'out' ? { kind: 'after', from: held, at } : { kind: 'before', to: held, at }),
      onDelete: steps.remove,
      onAddAfter: (from) => actions.openLibrary({ kind: 'after', from }),
      onAddOnLine: (line) => actions.openLibrary({ kind: 'line', line }),
      onOpenLine: (line) => actions.openLine(line),
      onAddInside: (frame) => actions.openLibrary({ kind: 'inside', frame }),
      onDropType: (key, at) => {
        const type = nodeTypes.get(key);
        if (!type) return;
        const position = { x: snap(at.x - 120), y: snap(at.y - 36) };
        const added = steps.add(type, { kind: 'at', position });
        if (!added) return;
        const frame = frameUnder(store.getState().history.present, nodeTypes, added, position);
        if (frame) actions.edit({ label: 'intoFrame' }, (graph) => putIntoFrame(graph, [added], frame));
        actions.openStep(added);
      },
      onDropFiles: onFiles,
      onPutIntoFrame: (keys, frame) =>
        actions.edit({ label: frame ? 'intoFrame' : 'outOfFrame' }, (graph) => putIntoFrame(graph, keys, frame)),
    };
  }, [store, nodeTypes, steps, groups, onFiles, t]);
}
