/** How the figures of a report are read. */
import { percent } from './figures';
import { reader } from './reader';

/** Figures that are no share of something. */
const NUMBERS = new Set(['mae', 'rmse', 'median_error', 'r2', 'kappa', 'smape', 'mase', 'auroc', 'average_precision']);
const LESS_IS_BETTER = new Set(['mae', 'rmse', 'median_error', 'smape', 'mase', 'calibration_error']);

/** "92.4 %", or the number itself where it is no share. */
export function figureText(name: string, value: number, signed = false): string {
  if (!NUMBERS.has(name)) return sharesText(value, signed);
  const format = { maximumSignificantDigits: 3, ...(signed ? { signDisplay: 'exceptZero' as const } : {}) };
  return new Intl.NumberFormat(reader().locale, format).format(value);
}

/** To a tenth of a percent: versions are often that close. */
function sharesText(value: number, signed: boolean): string {
  if (!signed) {
    const format = new Intl.NumberFormat(reader().locale, { style: 'percent', maximumFractionDigits: 1 });
    return format.format(value);
  }
  return percent(Math.round(value * 1000) / 1000, reader().locale, true);
}

/** Whether a figure that changed by so much is better, worse, or neither. */
export function betterOrWorse(name: string, change: number): 'better' | 'worse' | 'same' {
  if (change === 0) return 'same';
  return change > 0 !== LESS_IS_BETTER.has(name) ? 'better' : 'worse';
}

export interface LabelFigures {
  label: string;
  f1: number;
  cases: number;
}

/** What is hit worst comes first; labels that no case has come last. */
export function worstFirst<T extends LabelFigures>(classes: readonly T[]): T[] {
  return [...classes].sort(
    (a, b) => Number(a.cases === 0) - Number(b.cases === 0) || a.f1 - b.f1 || a.label.localeCompare(b.label),
  );
}
