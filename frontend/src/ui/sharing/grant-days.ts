/** Days on which grants end, between the inputs of a form and the moments that the server keeps. */
import { reader } from '@/core/reader';
import { startOf } from '@/core/span';
import { day } from '@/core/time';

/** A day in the address of an input, as the moment when it ends where the reader is. */
export function endOf(text: string): string | null {
  return startOf(text, 1) ?? null;
}

/** The other way round: the last day on which it still holds. */
export function lastDay(moment: string | null): string {
  if (!moment) return '';
  const { timeZone } = reader();
  // Swedish writes ISO 8601, as inputs do.
  return new Intl.DateTimeFormat('sv', timeZone ? { timeZone } : {}).format(lastMoment(moment));
}

/** The same as the reader writes it. */
export function lastDayWords(moment: string): string {
  return day(lastMoment(moment));
}

export function tomorrow(): string {
  const today = lastDay(new Date(Date.now() + 1).toISOString());
  return lastDay(startOf(today, 2) ?? null);
}

function lastMoment(moment: string): Date {
  return new Date(new Date(moment).getTime() - 1);
}
