import type { WorkflowFilters } from '@/api/workflows';

/** What the address of the list says. */
export interface ListSearch {
  search?: string | undefined;
  status?: string | undefined;
  tag?: string | undefined;
  owner?: string | undefined;
  folder?: string | undefined;
  archived?: boolean | undefined;
  /** A new workflow is being made. */
  create?: boolean | undefined;
}

/** Something is searched for: the list then also looks into the folders below. */
export function isFiltered({ search, status, tag, owner }: ListSearch): boolean {
  return [search, status, tag, owner].some((value) => value !== undefined);
}

/** What the server is asked for. The archive has no folders. */
export function askedFor({ create: _, folder, ...search }: ListSearch): WorkflowFilters {
  if (search.archived) return search;
  if (!isFiltered(search)) return { folder: folder ?? 'none' };
  return folder ? { ...search, folder, below: true } : search;
}

/** A name for a copy that is not taken yet, as far as one sees. */
export function copyName(pattern: (number: number) => string, taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(pattern(number))) number += 1;
  return pattern(number);
}
