import { type LogLine, logOf } from './log';
import type { RunStep } from './model';

function step(number: number, node: string, change: Partial<RunStep> = {}): RunStep {
  return {
    step: number,
    node,
    scope: '',
    attempt: 1,
    status: 'done',
    port: 'out',
    error: null,
    facts: null,
    started_at: `2026-03-01T08:00:${String(number).padStart(2, '0')}Z`,
    ended_at: null,
    retry_at: null,
    wait: null,
    count: null,
    ...change,
  };
}

const words = (lines: LogLine[]) =>
  lines.map((line) => '  '.repeat(line.depth) + (line.kind === 'step' ? line.step.node : line.scope));

// ux: 99
it('fills in the order in which steps began; those to come are left out', () => {
  const late = step(2, 'late', { started_at: '2026-03-01T09:00:00Z' });
  expect(words(logOf([step(1, 'start'), late, step(3, 'soon'), step(4, 'next', { status: 'pending' })]))).toEqual([
    'start',
    'soon',
    'late',
  ]);
});

// ux: 99
it('lists the items of a loop behind the step that opened it, and rounds at their end', () => {
  const lines = logOf([
    step(1, 'start'),
    step(2, 'each', { count: 2 }),
    step(3, 'check', { scope: 'each.0' }),
    step(4, 'check', { scope: 'each.10' }),
    step(5, 'check', { scope: 'each.2' }),
    step(6, 'end'),
    step(7, 'work', { scope: 'work~1' }),
  ]);
  expect(words(lines)).toEqual([
    'start',
    'each',
    'each.0',
    '  check',
    'each.2',
    '  check',
    'each.10',
    '  check',
    'end',
    'work~1',
    '  work',
  ]);
});

it('nests items inside of rounds', () => {
  const lines = logOf([
    step(1, 'each', { scope: 'each~1', count: 1 }),
    step(2, 'check', { scope: 'each~1/each.0' }),
    step(3, 'after', { scope: 'each~1' }),
  ]);
  expect(words(lines)).toEqual(['each~1', '  each', '  each~1/each.0', '    check', '  after']);
});
