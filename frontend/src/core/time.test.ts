import { dateTime, dueTime, duration, fileSize, minutesLong, partOfDay, relativeTime, shortDuration } from './time';

const now = new Date('2026-03-02T12:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

describe('times in words', () => {
  it.each([
    [5, 'now'],
    [61, '1 minute ago'],
    [2 * 3600 + 10, '2 hours ago'],
    [86_400, 'yesterday'],
    [-3 * 86_400, 'in 3 days'],
    [-3 * 3600 + 20, 'in 3 hours'],
    [-2 * 86_400 + 30, 'in 2 days'],
    [-20, 'now'],
  ])('%s seconds before now is "%s"', (seconds, words) => {
    expect(relativeTime(ago(seconds), now, 'en')).toBe(words);
  });

  it('names the zone of a moment', () => {
    expect(dateTime(now, 'en', 'Europe/Berlin')).toMatch(/Mar 2, 2026, 1:00:00\sPM GMT\+1/);
  });

  it.each([
    [40, '40 milliseconds'],
    [4_200, '4.2 seconds'],
    [42_400, '42 seconds'],
    [185_000, '3 minutes 5 seconds'],
    [7_200_000, '2 hours'],
    [93_600_000, '1 day 2 hours'],
  ])('%s ms take "%s"', (milliseconds, words) => {
    expect(duration(milliseconds, 'en')).toBe(words);
  });

  it('has a short form', () => {
    expect(shortDuration(4, 'en')).toBe('4 ms');
    expect(shortDuration(340, 'en')).toBe('0.3 sec');
    expect(shortDuration(180_000, 'en')).toBe('3 min');
  });

  it('greets by the hour', () => {
    expect(partOfDay(new Date(2026, 2, 2, 8))).toBe('morning');
    expect(partOfDay(new Date(2026, 2, 2, 13))).toBe('afternoon');
    expect(partOfDay(new Date(2026, 2, 2, 19))).toBe('evening');
  });

  it('says the size of files', () => {
    expect(fileSize(1, 'en')).toBe('1 byte');
    expect(fileSize(2_400_000, 'en')).toBe('2.4 MB');
  });
});

test('what is due is told to the minute, by the clock that is meant', () => {
  const at = new Date('2026-11-23T07:30:00Z');
  expect(dueTime(at, 'en-GB', 'Europe/Berlin')).toBe('Mon, 23 Nov 2026, 08:30 CET');
});

it('tells time that is counted in minutes without smaller parts when there is none of it', () => {
  expect([0, 12, 90].map((minutes) => minutesLong(minutes, 'en'))).toEqual([
    '0 minutes',
    '12 minutes',
    '1 hour 30 minutes',
  ]);
});
