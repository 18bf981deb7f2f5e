import { between } from './day-bars';

it('names every day of a span, also over the end of a month and of summer time', () => {
  expect(between('2026-10-24', '2026-10-26')).toEqual(['2026-10-24', '2026-10-25', '2026-10-26']);
  expect(between('2026-02-28', '2026-03-01')).toEqual(['2026-02-28', '2026-03-01']);
  expect(between('2026-03-01', '2026-03-01')).toEqual(['2026-03-01']);
});
