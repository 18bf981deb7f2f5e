import { endOf, lastDay } from './grant-days';

describe('the last day of a grant', () => {
  it('is whole: it ends when the next one begins, where the person is', () => {
    const end = endOf('2026-03-28');
    expect(new Date(end ?? '')).toEqual(new Date(2026, 2, 29));
    expect(lastDay(end)).toBe('2026-03-28');
  });

  it('is left out where there is no end', () => {
    expect(endOf('')).toBeNull();
    expect(lastDay(null)).toBe('');
  });
});
