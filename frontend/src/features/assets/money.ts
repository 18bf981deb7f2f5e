import { reader } from '@/core/reader';

/** A cost as people write it; what is smaller than a cent keeps its first digits. Undefined: nobody knows it. */
export function money(cost: string | null | undefined, locale: string = reader().locale): string | undefined {
  if (cost === null || cost === undefined) return undefined;
  const value = Number(cost);
  const small = value !== 0 && Math.abs(value) < 1;
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: small || Number.isInteger(value) ? 0 : 2,
    ...(small ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 }),
  }).format(value);
}
