import { setReader } from '@/core/reader';
import { endOf, lastDay, lastDayWords, tomorrow } from './grant-days';

afterEach(() => {
  setReader({ timeZone: undefined });
  vi.useRealTimers();
});

describe('the last day of a grant', () => {
  it('is whole: it ends when the next one begins, where the person is', () => {
    const end = endOf('2026-03-28');
    expect(new Date(end ?? '')).toEqual(new Date(2026, 2, 29));
    expect(lastDay(end)).toBe('2026-03-28');
  });

  it('is the day that was chosen, in every zone', () => {
    setReader({ timeZone: 'Pacific/Auckland' });
    const end = endOf('2026-03-28') ?? '';
    expect(end).toBe('2026-03-28T11:00:00.000Z');
    expect(lastDay(end)).toBe('2026-03-28');
    expect(lastDayWords(end)).toBe('Mar 28, 2026');
  });

  it('can be tomorrow at the earliest', () => {
    setReader({ timeZone: 'Pacific/Auckland' });
    vi.useFakeTimers({ now: new Date('2026-03-28T23:00:00Z') });
    expect(tomorrow()).toBe('2026-03-30');
  });

  it('is left out where there is no end', () => {
    expect(endOf('')).toBeNull();
    expect(lastDay(null)).toBe('');
  });
});
