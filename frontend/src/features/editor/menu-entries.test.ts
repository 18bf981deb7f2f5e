import type { TFunction } from 'i18next';
import type { MenuTarget } from '@/canvas/use-canvas-menu';
import { graph, NODE_TYPES, node } from '@/core/graph/fixtures';
import { createEditorStore } from './editor-store';
import { createGroupActions } from './group-actions';
import { type MenuReach, menuEntries } from './menu-entries';
import { createStepActions } from './step-actions';

const words = ((key: string) => key) as unknown as TFunction;
const reach: MenuReach = {
  copy: vi.fn(),
  cut: vi.fn(),
  paste: vi.fn(),
  copyLink: vi.fn(),
  find: vi.fn(),
  fit: vi.fn(),
  help: vi.fn(),
  holdLine: vi.fn(),
  writeNote: vi.fn(),
};

function entriesFor(target: MenuTarget, readOnly = false) {
  const store = createEditorStore(graph([node('a'), node('b', 'work', { off: true })], ['a>b', 'b~a']), []);
  const world = { workflow: 'w', store, nodeTypes: NODE_TYPES, readOnly, can: [] };
  const steps = createStepActions(store, NODE_TYPES, words, () => []);
  const at = { target, point: { x: 0, y: 0 }, place: { x: 0, y: 0 } };
  const several = {
    groups: createGroupActions(store, NODE_TYPES, words),
    tidying: { count: null, all: vi.fn(), chosen: vi.fn(), cancel: vi.fn() },
  };
  return { store, entries: menuEntries(at, world, steps, reach, several, words).flat() };
}
const ids = (target: MenuTarget, readOnly = false) => entriesFor(target, readOnly).entries.map((entry) => entry.id);

// ux: 53
test('each place has a menu of its own, and one step offers more than several', () => {
  expect(ids({ kind: 'steps', keys: ['a'] })).toEqual(
    'open rename after line off duplicate copy cut link delete'.split(' '),
  );
  expect(ids({ kind: 'steps', keys: ['a', 'b'] })).toEqual('off duplicate copy cut delete group tidy'.split(' '));
  expect(ids({ kind: 'line', line: 'a>b' })).toEqual(['insert', 'delete']);
  expect(ids({ kind: 'line', line: 'b~a' })).toEqual(['open', 'delete']);
  expect(ids({ kind: 'note', note: 'n' })).toEqual(['write', 'delete']);
  expect(ids({ kind: 'canvas' })).toEqual('add note paste all find fit help'.split(' '));
});

// ux: 53, 58
test('who only looks gets the entries that change nothing', () => {
  expect(ids({ kind: 'steps', keys: ['a'] }, true)).toEqual(['open', 'copy', 'link']);
  expect(ids({ kind: 'line', line: 'a>b' }, true)).toEqual([]);
  expect(ids({ kind: 'canvas' }, true)).toEqual(['all', 'find', 'fit', 'help']);
});

// ux: 44, 53
test('what the keys do stands beside the words, and a step that is off is switched on', () => {
  const { entries } = entriesFor({ kind: 'steps', keys: ['b'] });
  expect(entries.find((entry) => entry.id === 'off')).toMatchObject({ words: 'editor.menu.on', keys: 'off' });
  expect(entries.filter((entry) => entry.keys).length).toBeGreaterThan(6);
});
