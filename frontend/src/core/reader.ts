/** Whose eyes the pages are for. One place, so that every time and number is told the same way. */

export type DateFormat = 'words' | 'iso' | 'day_first' | 'month_first';

export interface Reader {
  locale: string;
  /** Undefined: the zone of the browser. */
  timeZone: string | undefined;
  dateFormat: DateFormat;
}

let current: Reader = { locale: 'en', timeZone: undefined, dateFormat: 'words' };

export function reader(): Reader {
  return current;
}

export function setReader(next: Partial<Reader>) {
  current = { ...current, ...next };
}
