/** Days of the calendar begin where the reader is; the server is asked for moments. */
import { reader } from './reader';

/** When the day begins that an address or an input names; `later` counts days behind it. */
export function startOf(day: string | undefined, later = 0): string | undefined {
  if (!day) return undefined;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const start = midnight(year, month, date + later);
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString();
}

function midnight(year: number, month: number, date: number): Date {
  const zone = reader().timeZone;
  if (!zone) return new Date(year, month - 1, date);
  const clock = Date.UTC(year, month - 1, date);
  if (Number.isNaN(clock)) return new Date(clock);
  // How far ahead the zone is depends on the moment that is sought: the second look is right on days when clocks change.
  const nearly = clock - ahead(clock, zone);
  return new Date(clock - ahead(nearly, zone));
}

/** By how many milliseconds the clocks of a zone are ahead of UTC at a moment of full seconds. */
function ahead(moment: number, timeZone: string): number {
  // Swedish writes ISO 8601.
  const format = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'medium', timeZone });
  return Date.parse(`${format.format(moment).replace(' ', 'T')}Z`) - moment;
}
