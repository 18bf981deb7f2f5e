/** Every key of the editor, in the order of the sheet. The sheet, the menus and the listeners read this one list. */
export const SHORTCUTS = [
  { id: 'add', keys: '/', part: 'build' },
  { id: 'open', keys: 'Enter', part: 'build' },
  { id: 'rename', keys: 'F2', part: 'build' },
  { id: 'line', keys: 'L', part: 'build' },
  { id: 'off', keys: 'O', part: 'build' },
  { id: 'note', keys: 'N', part: 'build' },
  { id: 'delete', keys: 'Delete', part: 'build' },
  { id: 'undo', keys: 'mod+Z', part: 'change' },
  { id: 'redo', keys: 'mod+shift+Z', part: 'change' },
  { id: 'copy', keys: 'mod+C', part: 'change' },
  { id: 'cut', keys: 'mod+X', part: 'change' },
  { id: 'paste', keys: 'mod+V', part: 'change' },
  { id: 'duplicate', keys: 'mod+D', part: 'change' },
  { id: 'move', keys: 'Arrows', part: 'change' },
  { id: 'group', keys: 'mod+G', part: 'change' },
  { id: 'ungroup', keys: 'mod+shift+G', part: 'change' },
  { id: 'tidy', keys: 'shift+alt+T', part: 'change' },
  { id: 'walk', keys: 'alt+Arrows', part: 'choose' },
  { id: 'extend', keys: 'shift+Arrows', part: 'choose' },
  { id: 'all', keys: 'mod+A', part: 'choose' },
  { id: 'none', keys: 'Escape', part: 'choose' },
  { id: 'box', keys: 'shift+Drag', part: 'choose' },
  { id: 'find', keys: 'mod+F', part: 'choose' },
  { id: 'menu', keys: 'shift+F10', part: 'choose' },
  { id: 'fit', keys: 'F', part: 'view' },
  { id: 'zoomIn', keys: '+', part: 'view' },
  { id: 'zoomOut', keys: '-', part: 'view' },
  { id: 'zoomReset', keys: '0', part: 'view' },
  { id: 'help', keys: '?', part: 'view' },
] as const satisfies readonly { id: string; keys: string; part: string }[];

export type ShortcutId = (typeof SHORTCUTS)[number]['id'];
export const SHORTCUT_PARTS = ['build', 'change', 'choose', 'view'] as const;

/** A key cap: a sign that is the same everywhere, or the name of a key whose word belongs to the reader's language. */
export type Cap = { sign: string } | { name: 'ctrl' | 'shift' | 'alt' | 'enter' | 'delete' | 'escape' | 'drag' };

const MAC: Record<string, string> = { mod: '⌘', shift: '⇧', alt: '⌥', Enter: '↩', Delete: '⌫', Escape: '⎋' };
const ELSEWHERE: Record<string, Cap> = {
  mod: { name: 'ctrl' },
  shift: { name: 'shift' },
  alt: { name: 'alt' },
  Enter: { name: 'enter' },
  Delete: { name: 'delete' },
  Escape: { name: 'escape' },
};

/** The keys as they are printed on the reader's own keyboard. */
export function capsOf(keys: string, mac: boolean): Cap[] {
  const parts = keys === '+' ? ['+'] : keys.split('+');
  return parts.flatMap((part): Cap[] => {
    if (part === 'Arrows') return ['←', '↑', '→', '↓'].map((sign) => ({ sign }));
    if (part === 'Drag') return [{ name: 'drag' }];
    const sign = mac ? MAC[part] : undefined;
    if (sign) return [{ sign }];
    return [ELSEWHERE[part] ?? { sign: part === '-' ? '−' : part }];
  });
}

export function keysOfShortcut(id: ShortcutId): string {
  return (SHORTCUTS.find((one) => one.id === id) as (typeof SHORTCUTS)[number]).keys;
}
