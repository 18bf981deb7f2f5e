import type { RunCall, RunStep } from './model';
import { callBars, timeline } from './timeline';

const at = (second: number) => new Date(Date.UTC(2026, 2, 2, 9, 0, second)).toISOString();
const step = (number: number, from: number | null, to: number | null) =>
  ({
    step: number,
    started_at: from === null ? null : at(from),
    ended_at: to === null ? null : at(to),
  }) as RunStep;
const run = (...steps: RunStep[]) => ({ created_at: at(0), ended_at: null, steps });

test('what an agent did stands inside of its step', () => {
  const calls = [{ seq: 4, at: at(5), ms: 2500 } as RunCall, { seq: 6, at: at(99), ms: 0 } as RunCall];
  const bars = callBars({ ...run(step(1, 0, 10)), calls }, new Date(at(10)));
  expect(bars.get(4)).toEqual({ left: 25, width: 25, milliseconds: 2500 });
  const late = bars.get(6);
  expect((late?.left ?? 0) + (late?.width ?? 0)).toBeLessThanOrEqual(100);
});

describe('the timeline of a run', () => {
  it('places bars by their part of the whole', () => {
    const bars = timeline(run(step(1, 0, 5), step(2, 5, 10)), new Date(at(60)));
    expect(bars.map(({ left, width }) => [left, width])).toEqual([
      [0, 50],
      [50, 50],
    ]);
  });

  it('lets the bar of a working step grow with the clock', () => {
    const [bar] = timeline(run(step(1, 0, null)), new Date(at(8)));
    expect(bar?.milliseconds).toBe(8000);
  });

  it('leaves out steps that never started', () => {
    expect(timeline(run(step(1, null, null)), new Date(at(1)))).toEqual([]);
  });

  it('keeps even the shortest step visible and inside', () => {
    const bars = timeline(run(step(1, 0, 10), step(2, 10, 10)), new Date(at(20)));
    expect(bars[1]?.width).toBeGreaterThan(0);
    expect((bars[1]?.left ?? 0) + (bars[1]?.width ?? 0)).toBeLessThanOrEqual(100);
  });
});
