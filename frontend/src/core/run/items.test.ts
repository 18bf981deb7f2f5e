import { itemCounts, itemsOf } from './items';
import type { RunStep, StepStatus } from './model';

const step = (number: number, node: string, scope: string, status: StepStatus, count: number | null = null) =>
  ({ step: number, node, scope, status, count }) as RunStep;

describe('items of a loop', () => {
  const loop = step(1, 'orders', '', 'running', 3);
  const steps = [
    loop,
    step(2, 'book', 'orders.0', 'done'),
    step(3, 'book', 'orders.1', 'failed'),
    step(4, 'mail', 'orders.1', 'skipped'),
    step(5, 'pick', 'orders.1/lines.0', 'done'),
  ];

  it('lists every opened item, those without steps as pending', () => {
    expect(itemsOf(steps, loop).map((item) => item.status)).toEqual(['done', 'failed', 'pending']);
  });

  it('gives an item all steps of its rounds, nested ones too', () => {
    expect(itemsOf(steps, loop)[1]?.steps.map((one) => one.step)).toEqual([3, 4, 5]);
  });

  it('has none for a step that is no loop', () => {
    expect(itemsOf(steps, step(9, 'book', '', 'done'))).toEqual([]);
  });

  it('counts what has ended and how', () => {
    expect(itemCounts(loop, itemsOf(steps, loop))).toEqual({ count: 3, done: 1, failed: 1, pieces: null });
  });

  it('counts the items of a long loop by its pieces', () => {
    const long = { ...loop, count: 10_000, facts: { ok: 499, failed: 1, chunks: 1 } };
    expect(itemCounts(long, [])).toEqual({ count: 10_000, done: 499, failed: 1, pieces: 1 });
    const begun = { ...long, facts: null };
    expect(itemCounts(begun, itemsOf([begun], begun))).toMatchObject({ done: 0, pieces: 0 });
  });
});

test('a long loop that is done has worked on all of its items, though it tells only the failed ones', () => {
  const joined = { ...step(1, 'orders', '', 'done', 1200), facts: { items: 1200, failed: 1, chunks: 3 } };
  expect(itemCounts(joined, [])).toEqual({ count: 1200, done: 1199, failed: 1, pieces: 3 });
});
