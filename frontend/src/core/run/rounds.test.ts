import type { RunStep } from './model';
import { createRunOverlay, nodeStates } from './overlay';
import { framesOf, isInRounds, latestRounds } from './rounds';

const step = (number: number, node: string, scope: string, status: RunStep['status'] = 'done') =>
  ({ step: number, node, scope, status, attempt: 1, port: status === 'done' ? 'out' : null, count: null }) as RunStep;

test('a scope names the items and rounds it stands in', () => {
  expect(framesOf('')).toEqual([]);
  expect(framesOf('work~2/orders.37')).toEqual([
    { kind: 'round', node: 'work', index: 2, loop: 'work' },
    { kind: 'item', node: 'orders', index: 37, loop: 'work~2/orders' },
  ]);
  expect(framesOf('undo/orders.1').map((frame) => frame.kind)).toEqual(['undo', 'item']);
});

const rounds = [
  step(1, 'work', 'work~0'),
  step(2, 'check', 'work~0'),
  step(3, 'work', 'work~1'),
  step(4, 'check', 'work~1', 'running'),
  step(5, 'log', '', 'pending'),
];

test('the latest round is what a loop shows', () => {
  expect(latestRounds(rounds)).toEqual({ work: 1 });
  expect(nodeStates(rounds).check?.status).toBe('running');
  expect(nodeStates(rounds).work?.count).toBe(1);
});

test('an inner loop has rounds of its own in each round of the outer one', () => {
  const nested = [step(1, 'in', 'out~0/in~3'), step(2, 'in', 'out~1/in~0', 'running')];
  expect(latestRounds(nested)).toEqual({ out: 1, 'out~0/in': 3, 'out~1/in': 0 });
  expect(isInRounds(nested[0] as RunStep, latestRounds(nested))).toBe(false);
  expect(nodeStates(nested).in?.status).toBe('running');
});

test('another round can be chosen, until the run is followed again', () => {
  const overlay = createRunOverlay();
  overlay.show({ steps: rounds });
  expect(overlay.getState().rounds).toEqual({ work: 2 });
  overlay.choose('work', 0);
  expect(overlay.getState().rounds).toEqual({ work: 1 });
  expect(overlay.getState().statuses.check?.status).toBe('done');
  overlay.choose('work', null);
  expect(overlay.getState().statuses.check?.status).toBe('running');
});
