import { capsOf, SHORTCUTS } from './shortcuts';

// ux: 54
test('keys are written as they stand on the reader’s own keyboard', () => {
  expect(capsOf('mod+shift+Z', true)).toEqual([{ sign: '⌘' }, { sign: '⇧' }, { sign: 'Z' }]);
  expect(capsOf('mod+shift+Z', false)).toEqual([{ name: 'ctrl' }, { name: 'shift' }, { sign: 'Z' }]);
  expect(capsOf('Delete', true)).toEqual([{ sign: '⌫' }]);
  expect(capsOf('+', false)).toEqual([{ sign: '+' }]);
  expect(capsOf('alt+Arrows', true).map((cap) => 'sign' in cap && cap.sign)).toEqual(['⌥', '←', '↑', '→', '↓']);
});

test('no key does two things', () => {
  const keys = SHORTCUTS.map((one) => one.keys);
  expect(new Set(keys).size).toBe(keys.length);
});
