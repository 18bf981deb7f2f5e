import { setReader } from './reader';
import { startOf } from './span';

afterEach(() => setReader({ timeZone: undefined }));

it('begins a day when it begins where the person is', () => {
  expect(startOf('2026-11-23')).toBe(new Date(2026, 10, 23).toISOString());
});

it('ends the last day of a span when the next one begins, also behind the end of a month', () => {
  expect(startOf('2026-11-30', 1)).toBe(new Date(2026, 11, 1).toISOString());
});

it.each([
  ['Pacific/Auckland', '2026-11-23', 0, '2026-11-22T11:00:00.000Z'],
  ['America/Los_Angeles', '2026-11-23', 1, '2026-11-24T08:00:00.000Z'],
  ['Europe/Berlin', '2026-03-29', 0, '2026-03-28T23:00:00.000Z'],
  ['Europe/Berlin', '2026-03-29', 1, '2026-03-29T22:00:00.000Z'],
])('goes by the zone in which times are told: %s', (timeZone, day, later, moment) => {
  setReader({ timeZone });
  expect(startOf(day, later)).toBe(moment);
});

it('asks for nothing where the address says nothing, or no day', () => {
  expect(startOf(undefined)).toBeUndefined();
  expect(startOf('yesterday')).toBeUndefined();
  setReader({ timeZone: 'Europe/Berlin' });
  expect(startOf('yesterday')).toBeUndefined();
});
