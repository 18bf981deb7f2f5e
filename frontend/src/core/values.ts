import { reader } from './reader';

/** How values of a run are read by people. */

/** Names of the columns if every row is a record with at most so many, else null. */
export function columnsOf(list: readonly unknown[], most = 12): string[] | null {
  const columns = new Set<string>();
  for (const row of list) {
    if (typeof row !== 'object' || row === null || Array.isArray(row) || 'file_id' in row) return null;
    for (const key of Object.keys(row)) columns.add(key);
  }
  return columns.size > 0 && columns.size <= most ? [...columns] : null;
}

/** "invoice_number" → "Invoice number". */
export function label(key: string): string {
  const words = key.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One line of text for any value; never "[object Object]". */
export function plainText(value: unknown, locale: string = reader().locale): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(value);
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map((one) => plainText(one, locale)).join(', ');
  return Object.entries(value as Record<string, unknown>)
    .map(([key, one]) => `${label(key)}: ${plainText(one, locale)}`)
    .join('; ');
}
