import { ruleWords } from './rule-words';

const say = (config: Record<string, unknown>, locale = 'en') => ruleWords(config, locale, 'last day');

// ux: 115
it('says intervals with their count, so that one reads as one', () => {
  expect(say({ kind: 'every', every: 1, unit: 'minutes' })).toMatchObject({ code: 'minutes', parts: { count: 1 } });
  expect(say({ kind: 'every', every: 3 })).toMatchObject({ code: 'hours', parts: { count: 3 } });
});

// ux: 115
it.each([
  [{}, 'everyDay', ''],
  [{ kind: 'weekly' }, 'weekdays', ''],
  [{ kind: 'weekly', weekdays: ['sun', 'sat'] }, 'weekend', ''],
  [{ kind: 'weekly', weekdays: ['wed', 'mon'] }, 'days', 'Monday and Wednesday'],
  [{ kind: 'monthly' }, 'month', '1st'],
  [{ kind: 'monthly', month_days: [22, 3, 11, 3], last_day: true }, 'month', '3rd, 11th, 22nd, and last day'],
])('says days: %j', (config, code, days) => {
  expect(say(config)).toMatchObject({ code, parts: { days, at: '09:00', zone: 'UTC' } });
});

// ux: 182
it('speaks the language of the reader', () => {
  expect(say({ kind: 'weekly', weekdays: ['mon', 'wed'] }, 'de').parts.days).toBe('Montag und Mittwoch');
  expect(say({ kind: 'monthly', month_days: [1, 15] }, 'de').parts.days).toBe('1. und 15.');
});

it('names the zone by its city', () => {
  expect(say({ time_zone: 'America/New_York' }).parts.zone).toBe('New York');
});
