import { pathWords, withValue } from '../fields';
import { node } from '../graph/fixtures';
import { givenTo } from './correct';
import type { Run } from './model';

const run = {
  start: 'start',
  steps: [
    { step: 1, node: 'start', scope: '', status: 'done' },
    { step: 2, node: 'read', scope: '', status: 'done' },
    { step: 3, node: 'send', scope: '', status: 'failed' },
  ],
} as unknown as Run;
const values = { start: { mail: 'ada', name: 'Ada' }, read: { total: 3, lines: [{ total: 1 }] } };
const words = (config: Record<string, unknown>) =>
  givenTo(node('send', 'work', { config }), run, values).map((one) => `${one.node}: ${pathWords(one.field.path)}`);

// ux: 108
it('finds the values that a failed step used', () => {
  expect(words({ to: { $expr: 'trigger.mail' } })).toEqual(['start: Mail']);
  expect(words({ n: { $expr: 'read.total * 2' } })).toEqual(['read: Total', 'read: Lines › 1 › Total']);
  expect(words({ all: { $expr: 'start' } })).toEqual(['start: Mail', 'start: Name']);
  expect(words({ all: 'fixed' })).toEqual([]);
});

// ux: 108
it('changes one value and leaves the others as they are', () => {
  expect(withValue(values.read, ['lines', 0, 'total'], 9)).toEqual({ total: 3, lines: [{ total: 9 }] });
  expect(values.read.lines[0]).toEqual({ total: 1 });
});
