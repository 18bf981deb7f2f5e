/** What the addresses of lists may say after the question mark; anything else is dropped. */
import { parseSearchWith, stringifySearchWith } from '@tanstack/react-router';
import { text } from '@/core/addresses';

type Loose = Record<string, unknown>;

/** `131e14` is a text that somebody looks for, although it could be read as a number. */
function read(value: string): unknown {
  const found: unknown = JSON.parse(value);
  return typeof found === 'number' && String(found) !== value ? value : found;
}

export const parseSearch = parseSearchWith(read);
export const stringifySearch = stringifySearchWith(JSON.stringify, read);

/** Reads `names` from the address; an absent one stays absent. */
export function words<K extends string>(...names: readonly K[]) {
  return (search: Loose): { [key in K]?: string | undefined } => {
    const found: { [key in K]?: string | undefined } = {};
    for (const name of names) {
      const value = text(search[name]);
      if (value !== undefined) found[name] = value;
    }
    return found;
  };
}

/** Reads `names` that are either there or not. */
function flags<K extends string>(...names: readonly K[]) {
  return (search: Loose): { [key in K]?: boolean | undefined } => {
    const found: { [key in K]?: boolean | undefined } = {};
    for (const name of names) if (search[name] === true) found[name] = true;
    return found;
  };
}

/** Reads `names` that are whole numbers. */
export function numbers<K extends string>(...names: readonly K[]) {
  return (search: Loose): { [key in K]?: number | undefined } => {
    const found: { [key in K]?: number | undefined } = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === 'number' && Number.isInteger(value)) found[name] = value;
    }
    return found;
  };
}

const filters = words('search', 'status', 'tag', 'owner', 'folder');
const listFlags = flags('archived', 'create');

export function workflowSearch(search: Loose): ReturnType<typeof filters> & ReturnType<typeof listFlags> {
  return { ...filters(search), ...listFlags(search) };
}

const runFilters = words('status', 'workflow', 'mode', 'how', 'search', 'since', 'problem');
const runFlags = flags('dead', 'open', 'saving');

export function runsSearch(search: Loose): ReturnType<typeof runFilters> & ReturnType<typeof runFlags> {
  return { ...runFilters(search), ...runFlags(search) };
}

export function runSearch(search: Loose): { step?: number | undefined } {
  return typeof search.step === 'number' ? { step: search.step } : {};
}

const usageFilters = words('by', 'day', 'workflow', 'asset', 'person');
const usageFlags = flags('failed');
const usageSpan = numbers('days');

export function usageSearch(
  search: Loose,
): ReturnType<typeof usageFilters> & ReturnType<typeof usageFlags> & ReturnType<typeof usageSpan> {
  return { ...usageFilters(search), ...usageFlags(search), ...usageSpan(search) };
}

const auditFilters = words('actor', 'action', 'object_type', 'object_id', 'result', 'since', 'until', 'topic', 'token');

export function auditSearch(search: Loose): ReturnType<typeof auditFilters> & { technical?: boolean | undefined } {
  return search.technical === true ? { ...auditFilters(search), technical: true } : auditFilters(search);
}

const assetFilters = words('kind', 'search', 'tag', 'owner', 'risk');
const assetFlags = flags('archived');

export function assetsSearch(search: Loose): ReturnType<typeof assetFilters> & ReturnType<typeof assetFlags> {
  return { ...assetFilters(search), ...assetFlags(search) };
}

const assetTab = words('tab');
const assetUse = numbers('days', 'version');

export function assetSearch(search: Loose): ReturnType<typeof assetTab> & ReturnType<typeof assetUse> {
  return { ...assetTab(search), ...assetUse(search) };
}
