/** Figures beside those of the time before. */

export interface Compared {
  now: number | null;
  before: number | null;
}

/** By which part it grew (0.5: by half) or shrank; null where there was nothing to compare with. */
export function growth({ now, before }: Compared): number | null {
  if (now === null || before === null || before === 0) return null;
  return (now - before) / before;
}

/** The same for what is a percentage already: in points. */
export function points({ now, before }: Compared): number | null {
  return now === null || before === null ? null : now - before;
}

/** "12 %", in the reader's language. */
export function percent(fraction: number, locale?: string, signed = false): string {
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: Math.abs(fraction) < 0.1 ? 1 : 0,
    ...(signed ? { signDisplay: 'exceptZero' } : {}),
  }).format(fraction);
}

/** "12,345", in the reader's language. */
export function count(value: number, locale?: string): string {
  return new Intl.NumberFormat(locale).format(value);
}
