import type { Difference } from '@/api/asset-versions';
import type { AssetDetail } from '@/api/types';

export const PARTS = ['runtime', 'config', 'digest', 'inputs', 'outputs', 'metrics', 'card'] as const;
export type PartName = (typeof PARTS)[number];

/** The two versions that are asked for; else the newest beside what is live, or beside the one before it. */
export function chosenOf(
  asset: Pick<AssetDetail, 'versions' | 'live'>,
  search: { before?: number | undefined; after?: number | undefined },
): { before: number | undefined; after: number | undefined } {
  const numbers = asset.versions.map(({ number }) => number).sort((one, other) => other - one);
  const known = (number: number | undefined) => (number !== undefined && numbers.includes(number) ? number : undefined);
  const after = known(search.after) ?? numbers.find((number) => number !== search.before);
  const live = asset.live?.number;
  const usual = live !== undefined && live !== after ? live : numbers.find((number) => number !== after);
  return { before: known(search.before) ?? usual, after };
}

/** The differences under the part they stand in, in the order people read them. */
export function byPart(differences: readonly Difference[]): { part: PartName; rows: Difference[] }[] {
  return PARTS.map((part) => ({ part, rows: differences.filter((one) => one.part === part) })).filter(
    ({ rows }) => rows.length > 0,
  );
}

/** Whether two texts are told line by line: prompts and instructions, not names. */
export function isLongText({ before, after }: Pick<Difference, 'before' | 'after'>): boolean {
  const texts = [before, after].filter((value) => value !== null);
  return texts.length > 0 && texts.every((value) => typeof value === 'string') && texts.some(hasLines);
}

function hasLines(value: unknown): boolean {
  return typeof value === 'string' && (value.includes('\n') || value.length > 120);
}

/** By how much a figure changed; null for what is no figure on both sides. */
export function changeOf({ before, after }: Pick<Difference, 'before' | 'after'>): number | null {
  return typeof before === 'number' && typeof after === 'number' ? after - before : null;
}
