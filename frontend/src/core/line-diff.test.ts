import { type DiffLine, diffLines, folded } from './line-diff';

const text = (lines: DiffLine[], ...marks: DiffLine['mark'][]) =>
  lines
    .filter(({ mark }) => marks.includes(mark))
    .map(({ text }) => text)
    .join('\n');

describe('differences of two texts', () => {
  it('shows what was removed before what came in its place', () => {
    expect(diffLines('Be kind.\nAnswer in English.\nEnd.', 'Be kind.\nAnswer in German.\nEnd.')).toEqual([
      { mark: 'same', text: 'Be kind.' },
      { mark: 'removed', text: 'Answer in English.' },
      { mark: 'added', text: 'Answer in German.' },
      { mark: 'same', text: 'End.' },
    ]);
  });

  it.each([
    ['', 'one\ntwo'],
    ['one\ntwo', ''],
    ['a\nb\nc', 'b\nc\nd'],
    ['x\n\n\ny', '\nx\ny\n'],
  ])('holds both texts whole: %j and %j', (before, after) => {
    const lines = diffLines(before, after);
    expect(text(lines, 'same', 'removed')).toBe(before);
    expect(text(lines, 'same', 'added')).toBe(after);
  });

  it('tells long stretches without a change as their number', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const after = before.with(10, 'another line');
    const shown = folded(diffLines(before.join('\n'), after.join('\n')));
    expect(shown[0]).toEqual({ skipped: 7 });
    expect(shown.at(-1)).toEqual({ skipped: 6 });
    expect(shown).toHaveLength(1 + 3 + 2 + 3 + 1);
  });
});
