import type { Config } from './document';

/** When a schedule starts, as a message key with its parts. */
export interface RuleWords {
  code: 'minutes' | 'hours' | 'everyDay' | 'weekdays' | 'weekend' | 'days' | 'month' | 'cron';
  parts: { count: number; at: string; days: string; zone: string; line: string };
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const WORKING_DAYS = WEEK.slice(0, 5).join();
const WEEKEND = WEEK.slice(5).join();
/** A Monday. */
const SOME_MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

/** The rule of a schedule in the reader's language; what is left out has the step's own default. */
export function ruleWords(config: Config, locale: string, lastDay: string): RuleWords {
  const { kind = 'daily', every, unit = 'hours', at = '09:00', cron, time_zone: zone = 'UTC' } = config;
  const say = (code: RuleWords['code'], days = ''): RuleWords => ({
    code,
    parts: { count: Number(every ?? 1), at: String(at), days, zone: cityOf(String(zone)), line: String(cron ?? '') },
  });
  if (kind === 'every') return say(unit === 'minutes' ? 'minutes' : 'hours');
  if (kind === 'cron') return say('cron');
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  if (kind === 'monthly') {
    const days = numbers(config.month_days ?? [1]).map((day) => ordinal(day, locale));
    return say('month', list.format(config.last_day ? [...days, lastDay] : days));
  }
  const chosen = kind === 'weekly' ? WEEK.filter((day) => listOf(config.weekdays, WORKING_DAYS).includes(day)) : WEEK;
  if (chosen.length === WEEK.length) return say('everyDay');
  if (chosen.join() === WORKING_DAYS) return say('weekdays');
  if (chosen.join() === WEEKEND) return say('weekend');
  const name = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  return say('days', list.format(chosen.map((day) => name.format(SOME_MONDAY + WEEK.indexOf(day) * DAY_MS))));
}

const listOf = (given: unknown, preset: string): unknown[] => (Array.isArray(given) ? given : preset.split(','));

function numbers(given: unknown): number[] {
  const days = listOf(given, '1').map(Number).filter(Number.isFinite);
  return [...new Set(days)].sort((a, b) => a - b);
}

const SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

/** "1st" in English, "1." elsewhere. */
function ordinal(day: number, locale: string): string {
  if (!locale.startsWith('en')) return `${day}.`;
  return `${day}${SUFFIXES[new Intl.PluralRules('en', { type: 'ordinal' }).select(day)] ?? 'th'}`;
}

/** "Europe/Berlin" is Berlin; "UTC" stays. */
export function cityOf(zone: string): string {
  return zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone;
}
