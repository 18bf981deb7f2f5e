import { useHotkeys } from '@mantine/hooks';
import { NAME_FIELD, useEditorWorld } from './editor-store';
import type { StepActions } from './step-actions';

/** Something lies over the editor: its keys are its own. */
export const covered = () => document.querySelector('[role="dialog"], [role="menu"]') !== null;

export interface ShortcutReach {
  help(): void;
  find(): void;
  addNote(): void;
  group(): void;
  ungroup(): void;
  tidy(): void;
}

/** Keys that work everywhere in the editor, but not while a dialog or a menu is open or something is being written. */
export function useShortcuts(steps: StepActions, reach: ShortcutReach) {
  const { store, readOnly } = useEditorWorld();
  const reading = (act: () => void) => () => {
    if (!covered()) act();
  };
  const editing = (act: () => void) => reading(() => !readOnly && act());

  useHotkeys([
    ['mod+Z', editing(steps.undo)],
    ['mod+shift+Z', editing(steps.redo)],
    ['mod+Y', editing(steps.redo)],
    ['mod+D', editing(steps.duplicate)],
    ['mod+A', reading(steps.selectAll)],
    ['mod+F', reading(reach.find)],
    ['mod+G', editing(reach.group)],
    ['mod+shift+G', editing(reach.ungroup)],
    ['shift+alt+T', editing(reach.tidy)],
    ['O', editing(steps.toggleOff)],
    ['N', editing(reach.addNote)],
    ['/', editing(() => store.actions.openLibrary({ kind: 'loose' }))],
    [
      'F2',
      editing(() => {
        const [key] = store.getState().selected;
        if (key) store.actions.openStep(key, NAME_FIELD);
      }),
    ],
    ['shift+?', reading(reach.help)],
  ]);
}
