import type { Problem } from './document';
import { graph, node } from './fixtures';
import { firstFaulty, obstacles } from './problems';

const problem = (code: string, key: string | null): Problem => ({
  code,
  node: key,
  field: null,
  message: '',
  hint: '',
});

// ux: 86, 94
it('lets a draft run up to a step that is not ready, and keeps it from running where nothing would begin', () => {
  const starts = new Set(['start']);
  const unready = [problem('missing_setting', 'b'), problem('bad_formula', 'a')];
  expect(obstacles(unready, starts)).toEqual([]);
  const [noStart, unfilled, startUnready] = [
    problem('no_start', null),
    problem('placeholder', 'a'),
    problem('missing_setting', 'start'),
  ];
  expect(obstacles([...unready, noStart, unfilled, startUnready], starts)).toEqual([noStart, unfilled, startUnready]);
});

// ux: 94
it('names the step where such a run will end', () => {
  const drawn = graph([node('start'), node('a'), node('b')], ['start>a', 'a>b']);
  expect(firstFaulty(drawn, [problem('missing_setting', 'b'), problem('bad_formula', 'a')])).toBe('a');
  expect(firstFaulty(drawn, [problem('no_start', null)])).toBeNull();
});
