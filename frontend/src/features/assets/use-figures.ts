import type { AssetDay } from '@/api/asset-versions';

const DAY_MS = 86_400_000;

/** The figures of which one is drawn at a time. */
export const FIGURES = ['calls', 'errors', 'p50', 'p95', 'tokens', 'cost', 'confidence'] as const;
export type Figure = (typeof FIGURES)[number];

/** One figure of a day; null where nobody knows it. */
export function figureOf(day: AssetDay, figure: Figure): number | null {
  switch (figure) {
    case 'calls':
      return day.calls;
    case 'errors':
      return day.errors;
    case 'p50':
      return day.p50_ms;
    case 'p95':
      return day.p95_ms;
    case 'tokens':
      return day.prompt_tokens + day.completion_tokens;
    case 'cost':
      return day.cost === null ? null : Number(day.cost);
    case 'confidence':
      return day.confidence;
  }
}

/** The figures that say something in these days; calls always do. */
export function told(rows: readonly AssetDay[]): Figure[] {
  return FIGURES.filter((figure) => figure === 'calls' || rows.some((row) => (figureOf(row, figure) ?? 0) > 0));
}

/** Every day of the time in order, in UTC, also those without a call. */
export function everyDay(rows: readonly AssetDay[], days: number, now: Date): { day: string; row: AssetDay | null }[] {
  const known = new Map(rows.map((row) => [row.day, row]));
  return Array.from({ length: days + 1 }, (_, index) => {
    const day = new Date(now.getTime() - (days - index) * DAY_MS).toISOString().slice(0, 10);
    return { day, row: known.get(day) ?? null };
  });
}

export interface Totals {
  calls: number;
  errors: number;
  read: number;
  written: number;
  /** Null: no price is known. */
  cost: number | null;
  /** Mean by answered call; null: no answer has one. */
  confidence: number | null;
}

export function totalOf(rows: readonly AssetDay[]): Totals {
  const sum = (of: (row: AssetDay) => number) => rows.reduce((total, row) => total + of(row), 0);
  const priced = rows.filter((row) => row.cost !== null);
  const sure = rows.filter((row) => row.confidence !== null && row.calls > row.errors);
  const answers = sure.reduce((total, row) => total + row.calls - row.errors, 0);
  const weighed = sure.reduce((total, row) => total + (row.confidence ?? 0) * (row.calls - row.errors), 0);
  return {
    calls: sum((row) => row.calls),
    errors: sum((row) => row.errors),
    read: sum((row) => row.prompt_tokens),
    written: sum((row) => row.completion_tokens),
    cost: priced.length > 0 ? priced.reduce((total, row) => total + Number(row.cost), 0) : null,
    confidence: answers > 0 ? weighed / answers : null,
  };
}
