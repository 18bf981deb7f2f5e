/** What steps and runs spend on models: tokens, and the cost as far as prices are known. */
import type { RunStep, Spent } from './model';

interface Measured {
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
  cost?: string | null;
}

/** Adds what was measured; null where nothing ever was. */
export function spentWith(spent: Spent | null, calls: readonly Measured[]): Spent | null {
  let total = spent;
  for (const { prompt_tokens = null, completion_tokens = null, cost = null } of calls) {
    if (prompt_tokens === null && completion_tokens === null && cost === null) continue;
    const before: Spent = total ?? { prompt_tokens: 0, completion_tokens: 0, cost: null };
    total = {
      prompt_tokens: before.prompt_tokens + (prompt_tokens ?? 0),
      completion_tokens: before.completion_tokens + (completion_tokens ?? 0),
      cost: cost === null ? before.cost : addAmounts(before.cost ?? '0', cost),
    };
  }
  return total;
}

/** Of all steps of a run together. */
export function spentBy(steps: readonly Pick<RunStep, 'facts'>[]): Spent | null {
  return spentWith(
    null,
    steps.flatMap(({ facts }) => facts?.spent ?? []),
  );
}

/** Exact: amounts are far too small for floating point to be trusted with many of them. */
export function addAmounts(one: string, other: string): string {
  const [a, b] = [digitsOf(one), digitsOf(other)];
  if (a === null || b === null) return a === null ? other : one;
  const places = Math.max(a.places, b.places);
  const sum = scaled(a, places) + scaled(b, places);
  const digits = sum.toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const rest = places === 0 ? '' : digits.slice(-places).replace(/0+$/, '');
  return rest === '' ? whole : `${whole}.${rest}`;
}

interface Digits {
  digits: bigint;
  places: number;
}

function digitsOf(text: string): Digits | null {
  const found = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!found) return null;
  const [, whole = '', rest = '', exponent = '0'] = found;
  const places = rest.length - Number(exponent);
  const digits = BigInt(whole + rest);
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 };
}

function scaled({ digits, places }: Digits, to: number): bigint {
  return digits * 10n ** BigInt(to - places);
}
