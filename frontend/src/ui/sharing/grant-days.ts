/** Days on which grants end, between the inputs of a form and the moments that the server keeps. */

/** A day in the address of an input, as the moment when it ends where the person is. */
export function endOf(day: string): string | null {
  if (!day) return null;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}

/** The other way round: the last day on which it still holds. */
export function lastDay(moment: string | null): string {
  if (!moment) return '';
  const at = new Date(new Date(moment).getTime() - 1);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

export function tomorrow(): string {
  const now = new Date();
  return lastDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() + 2).toISOString());
}
