import { following, isAliasName, meantBefore } from './aliases';

it.each([
  ['press', true],
  ['eu-2', true],
  ['Presse', false],
  ['für', false],
  ['a--b', false],
  ['', false],
  ['a'.repeat(41), false],
])('takes %j for a name: %s', (text, expected) => {
  expect(isAliasName(text)).toBe(expected);
});

it('knows the way back of each name by itself', () => {
  const moves = [
    { alias: 'candidate', before: 4 },
    { alias: 'live', before: 2 },
    { alias: 'live', before: 1 },
    { alias: 'press', before: null },
  ];
  expect(['live', 'candidate', 'press', 'other'].map((name) => meantBefore(moves, name))).toEqual([
    2,
    4,
    undefined,
    undefined,
  ]);
});

it('counts the workflows that follow a name', () => {
  const using = (...aliases: string[]) => ({ aliases }) as never;
  expect(following({ workflows: [using('live'), using('live', 'press'), using('press')] }, 'live')).toBe(2);
});
