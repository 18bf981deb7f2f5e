/** Amounts of money and other large or very small numbers, in the reader's language. */

/** "€12.40"; what is less than a cent keeps two figures that say something: "€0.00042". */
export function money(amount: number, currency: string, locale?: string): string {
  const small = amount !== 0 && Math.abs(amount) < 0.1;
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    ...(small ? { maximumSignificantDigits: 2, minimumFractionDigits: 2, maximumFractionDigits: 8 } : {}),
  }).format(amount);
}

/** "1.2M", "14K"; up to ten thousand as it is. */
export function many(count: number, locale?: string): string {
  const long = count >= 10_000;
  return new Intl.NumberFormat(locale, long ? { notation: 'compact', maximumFractionDigits: 1 } : {}).format(count);
}
