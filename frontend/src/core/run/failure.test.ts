import { problemSteps } from './failure';
import type { RunStep, StepStatus } from './model';

const step = (number: number, node: string, status: StepStatus, scope = '', count: number | null = null) =>
  ({ step: number, node, status, scope, count }) as RunStep;
const numbers = (...steps: RunStep[]) => problemSteps({ steps }).map((one) => one.step);

describe('the problems of a run', () => {
  // ux: 108
  it('are the steps that failed or whose outcome is unknown; a loop is told by its items', () => {
    const loop = step(2, 'each', 'failed', '', 2);
    expect(
      numbers(step(1, 'a', 'done'), loop, step(3, 'check', 'failed', 'each.1'), step(4, 'pay', 'needs_review')),
    ).toEqual([3, 4]);
    expect(numbers(loop)).toEqual([2]);
  });

  // ux: 108
  it('disappear once they are solved, while the others stay', () => {
    const [first, second] = [step(1, 'pay', 'needs_review', 'each.0'), step(2, 'pay', 'needs_review', 'each.1')];
    expect(numbers(first, second)).toEqual([1, 2]);
    expect(numbers({ ...first, status: 'done' }, second)).toEqual([2]);
    expect(numbers({ ...first, status: 'running' }, second)).toEqual([2]);
  });
});
