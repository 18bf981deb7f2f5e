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
  /** The figures of the simplest guess. */
  baseline: Record<string, number>;
}

export function readCard(card: Readonly<Record<string, unknown>>): Card {
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
    baseline: numbers(card.baseline),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function told(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null && one !== ''));
}

function numbers(value: unknown): Record<string, number> {
  return Object.fromEntries(
    Object.entries(told(value)).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
