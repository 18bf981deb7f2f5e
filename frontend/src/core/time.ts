/** Times and lengths in words, in the reader's own language, zone and form of dates. */
import { reader } from './reader';
import { startOf } from './span';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 minutes ago", "in 2 hours"; under a minute "now". What lies ahead is rounded: a wait begins with its full length. */
export function relativeTime(at: Date, now: Date, locale: string = reader().locale): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of UNITS) {
    const count = seconds < 0 ? Math.trunc(seconds / length) : Math.round(seconds / length);
    if (count !== 0) return format.format(count, unit);
  }
  return format.format(0, 'second');
}

/** A day as the reader writes it: "2 Mar 2026", "2026-03-02", "02/03/2026". */
export function day(
  at: Date,
  locale: string = reader().locale,
  timeZone: string | undefined = reader().timeZone,
): string {
  const zone = timeZone ? { timeZone } : {};
  const form = reader().dateFormat;
  if (form === 'words') return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', ...zone }).format(at);
  // Swedish writes ISO 8601; British and American English are the two orders with slashes.
  const numbers = { iso: 'sv', day_first: 'en-GB', month_first: 'en-US' }[form];
  return new Intl.DateTimeFormat(numbers, { day: '2-digit', month: '2-digit', year: 'numeric', ...zone }).format(at);
}

/** A day of the calendar such as "2027-01-31": as the reader writes it, and the moment when it ends where they are. */
export function dayOf(text: string, locale: string = reader().locale): { words: string; ends: number } {
  const [year = 1970, month = 1, date = 1] = text.split('-').map(Number);
  const words = day(new Date(Date.UTC(year, month - 1, date, 12)), locale, 'UTC');
  return { words, ends: Date.parse(startOf(text, 1) ?? '') };
}

/** Date and time with the name of the zone. */
export function dateTime(
  at: Date,
  locale: string = reader().locale,
  timeZone: string | undefined = reader().timeZone,
): string {
  const zone = timeZone ? { timeZone } : {};
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', ...zone }).format(at);
  return `${day(at, locale, timeZone)}, ${time} ${zoneName(at, locale, timeZone)}`;
}

/** When something is due, to the minute, with its day of the week: "Mon, 23 Nov 2026, 08:30 CET". */
export function dueTime(
  at: Date,
  locale: string = reader().locale,
  timeZone: string | undefined = reader().timeZone,
): string {
  const zone = timeZone ? { timeZone } : {};
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', ...zone }).format(at);
  const time = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    ...zone,
  }).format(at);
  return `${weekday}, ${day(at, locale, timeZone)}, ${time}`;
}

function zoneName(
  at: Date,
  locale: string = reader().locale,
  timeZone: string | undefined = reader().timeZone,
): string {
  const parts = new Intl.DateTimeFormat(locale, {
    timeZoneName: 'short',
    ...(timeZone ? { timeZone } : {}),
  }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
}

function unit(value: number, name: string, locale: string = reader().locale, digits = 0): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: name,
    unitDisplay: 'long',
    maximumFractionDigits: digits,
  }).format(value);
}

/** What is shorter is told in milliseconds: it would be "0 seconds". */
const TOLD_MS = 50;

/** How long something took: "0.3 seconds", "4.2 seconds", "3 minutes 5 seconds", "2 hours 10 minutes". */
export function duration(milliseconds: number, locale: string = reader().locale): string {
  if (milliseconds < TOLD_MS) return unit(Math.max(Math.round(milliseconds), 0), 'millisecond', locale);
  const seconds = milliseconds / 1000;
  if (seconds < 60) return unit(seconds, 'second', locale, seconds < 10 ? 1 : 0);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(unit(minutes, 'minute', locale), seconds % 60, 'second', locale);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return join(unit(hours, 'hour', locale), minutes % 60, 'minute', locale);
  return join(unit(Math.floor(hours / 24), 'day', locale), hours % 24, 'hour', locale);
}

/** Time that was counted in minutes: none of it is "0 min". */
export function minutesLong(minutes: number, locale: string = reader().locale): string {
  return minutes < 1 ? unit(0, 'minute', locale) : duration(minutes * 60_000, locale);
}

function join(first: string, rest: number, name: string, locale: string = reader().locale): string {
  const whole = Math.floor(rest);
  return whole === 0 ? first : `${first} ${unit(whole, name, locale)}`;
}

/** Short form for narrow places: "0.3 s", "4.2 s", "3 min", "2 h". */
export function shortDuration(milliseconds: number, locale: string = reader().locale): string {
  const seconds = milliseconds / 1000;
  const short = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  if (milliseconds < TOLD_MS) return short(Math.max(Math.round(milliseconds), 0), 'millisecond');
  if (seconds < 60) return short(seconds, 'second', seconds < 10 ? 1 : 0);
  if (seconds < 3600) return short(seconds / 60, 'minute');
  return short(seconds / 3600, 'hour', 1);
}

export function partOfDay(now: Date): 'morning' | 'afternoon' | 'evening' {
  const hour = now.getHours();
  if (hour < 12) return 'morning';
  return hour < 18 ? 'afternoon' : 'evening';
}

/** Size of a file in words. */
export function fileSize(bytes: number, locale: string = reader().locale): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let size = bytes;
  let index = 0;
  while (size >= 1000 && index < units.length - 1) {
    size /= 1000;
    index += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[index] as string,
    unitDisplay: index === 0 ? 'long' : 'short',
    maximumFractionDigits: size < 10 && index > 0 ? 1 : 0,
  }).format(size);
}
