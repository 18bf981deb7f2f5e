import type { AssetFilters } from '@/api/assets';
import { KINDS } from './kinds';

export const RISKS = ['minimal', 'limited', 'high'] as const;

/** What the address of the catalogue says. */
export interface ListSearch {
  kind?: string | undefined;
  search?: string | undefined;
  tag?: string | undefined;
  owner?: string | undefined;
  risk?: string | undefined;
  archived?: boolean | undefined;
}

/** Something is searched for within a kind: an empty list then means that nothing fits. */
export function isFiltered({ search, tag, owner, risk }: ListSearch): boolean {
  return [search, tag, owner, risk].some((value) => value !== undefined);
}

/** What the server is asked for: what it does not know is left out. */
export function askedFor({ kind, risk, ...search }: ListSearch): AssetFilters {
  return {
    ...search,
    kind: KINDS.find((one) => one === kind),
    risk: RISKS.find((one) => one === risk),
  };
}
