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
    expect(itemCounts(itemsOf(steps, loop))).toEqual({ done: 1, failed: 1 });
  });
});
