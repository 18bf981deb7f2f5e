import type { RunStep } from './model';
import { placeOf, waysOf } from './places';

const times = ['yes', 'no', 'yes', null].map((port, index) => ({ step: index + 2, port }) as RunStep);

// ux: 103
it('counts the ways that were taken, and tells where one time stands among the others', () => {
  expect(waysOf(times)).toEqual([
    ['yes', 2],
    ['no', 1],
  ]);
  expect(waysOf(times.filter((one) => one.port === 'yes'))).toEqual([]);
  const second = times[1] as RunStep;
  expect(placeOf(times, second)).toMatchObject({ number: 2, count: 4, before: times[0], after: times[2] });
});
