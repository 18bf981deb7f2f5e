import { graph, node } from '@/core/graph/fixtures';
import type { NodeRunState } from '@/core/run/overlay';
import { itemsInto, itemsThrough } from './items-through';

const done = (count: number, ...ports: string[]): NodeRunState => ({ status: 'done', count, attempt: 1, ports });
const flow = graph(
  [node('check', 'condition'), node('a'), node('b'), node('both')],
  ['check.yes>a', 'check.no>b', 'a>both', 'b>both'],
);

// ux: 35
test('where lines come together the items of all of them are counted', () => {
  const states = { check: done(3, 'yes', 'no'), a: done(2, 'out'), b: done(1, 'out'), both: done(1, 'out') };
  expect(itemsInto(flow, states, 'both')).toBe(3);
});

// ux: 35, 88
test('a way that was not taken brings nothing, and a step that was not reached got nothing', () => {
  const states = {
    check: done(1, 'yes'),
    a: done(1, 'out'),
    b: { status: 'skipped' as const, count: 0, attempt: 1, ports: [] },
    both: done(1, 'out'),
  };
  expect(itemsInto(flow, states, 'both')).toBe(1);
  expect(itemsInto(flow, { a: done(1, 'out') }, 'both')).toBeNull();
  expect(itemsThrough(flow, states, { source: 'check', source_port: 'no', target: 'b' })).toBeNull();
});
