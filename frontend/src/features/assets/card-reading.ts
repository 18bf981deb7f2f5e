/** The training card of a version as it is shown: whatever it holds, nothing in it breaks the page. */

export interface Card {
  pipeline: string;
  seed: number | null;
  code: string;
  run: string;
  data: Record<string, unknown>;
  split: Record<string, unknown>;
  parameters: Record<string, unknown>;
  warnings: string[];
  metrics: Record<string, number>;
  baseline: Record<string, number>;
  hasBaseline: boolean;
  classes: { label: string; precision: number; recall: number; cases: number }[];
  /** The most frequent first. */
  confused: { expected: string; given: string; cases: number }[];
}

/** Labels that are taken for each other most often: more tell nobody anything. */
const MOST_CONFUSED = 10;

export function readCard(card: Readonly<Record<string, unknown>>): Card {
  const baseline = numbers(card.baseline);
  const report = told(card.report);
  return {
    pipeline: text(card.pipeline),
    seed: typeof card.seed === 'number' ? card.seed : null,
    code: text(card.code_version),
    run: text(card.made_by_run),
    data: told(card.data),
    split: told(card.split),
    parameters: { ...told(card.parameters), ...told(card.chosen) },
    warnings: Array.isArray(card.warnings) ? [...new Set(card.warnings.map(String))] : [],
    metrics: numbers(card.metrics),
    baseline,
    hasBaseline: Object.keys(baseline).length > 0,
    classes: rows(report.classes).map((row) => ({
      label: text(row.label),
      precision: number(row.precision),
      recall: number(row.recall),
      cases: number(row.cases),
    })),
    confused: rows(report.confused)
      .slice(0, MOST_CONFUSED)
      .map((row) => ({ expected: text(row.expected), given: text(row.given), cases: number(row.cases) })),
  };
}

/** Every figure of the model, with the one of the simplest guess where it has one of the same name. */
export function besideGuess({ metrics, baseline }: Card): { name: string; model: number; guess: number | undefined }[] {
  return Object.entries(metrics).map(([name, model]) => ({ name, model, guess: baseline[name] }));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function told(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null && one !== ''));
}

function rows(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(told) : [];
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function numbers(value: unknown): Record<string, number> {
  return Object.fromEntries(
    Object.entries(told(value)).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
