import { indent } from './indent';

test('without a selection four blanks are put in', () => {
  expect(indent({ text: 'ab', from: 1, to: 1 }, false)).toEqual({ text: 'a    b', from: 5, to: 5 });
});

test('all chosen lines move in, and back', () => {
  const given = { text: 'if a:\nb\nc', from: 6, to: 9 };
  const moved = indent(given, false);
  expect(moved.text).toBe('if a:\n    b\n    c');
  expect(indent(moved, true).text).toBe(given.text);
});

test('lines at the edge stay there', () => {
  expect(indent({ text: 'a', from: 0, to: 1 }, true)).toEqual({ text: 'a', from: 0, to: 1 });
});
