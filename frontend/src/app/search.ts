/** What the addresses of lists may say after the question mark; anything else is dropped. */
import { text } from '@/core/addresses';

type Loose = Record<string, unknown>;

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

const filters = words('search', 'status');

export function workflowSearch(search: Loose): ReturnType<typeof filters> & { archived?: boolean | undefined } {
  return search.archived === true ? { ...filters(search), archived: true } : filters(search);
}

const runFilters = words('status', 'workflow', 'mode', 'since');

export function runsSearch(search: Loose): ReturnType<typeof runFilters> & { dead?: boolean | undefined } {
  return search.dead === true ? { ...runFilters(search), dead: true } : runFilters(search);
}

export function runSearch(search: Loose): { step?: number | undefined } {
  return typeof search.step === 'number' ? { step: search.step } : {};
}

const auditFilters = words('actor', 'action', 'object_type', 'object_id', 'result', 'since', 'until');

export function auditSearch(search: Loose): ReturnType<typeof auditFilters> & { technical?: boolean | undefined } {
  return search.technical === true ? { ...auditFilters(search), technical: true } : auditFilters(search);
}
