import type { Schemas } from '@/api/types';

const LONGEST = 40;

/** Whether a version can be called so. */
export function isAliasName(text: string): boolean {
  return text.length <= LONGEST && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
}

/** How many workflows that one sees follow this name of an asset. */
export function following({ workflows }: Pick<Schemas['Uses'], 'workflows'>, name: string): number {
  return workflows.filter(({ aliases }) => aliases.includes(name)).length;
}

/** What a name meant before its last move; undefined where there is no way back. */
export function meantBefore(
  moves: readonly { alias: string; before?: number | null }[],
  name: string,
): number | undefined {
  return moves.find(({ alias }) => alias === name)?.before ?? undefined;
}
