/** Entries of the audit trail, as sentences and changes are made of them. */

import { ERASED } from './erased';

export interface TrailEntry {
  seq: number;
  at: string;
  actor: { kind: string; id: string | null; name: string };
  action: string;
  object: { type: string; id: string; name: string };
  result: 'done' | 'denied' | 'failed';
  reason: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  detail: Record<string, unknown> | null;
  /** In English, for what the browser has no words of its own. */
  sentence: string;
}

/** What a sentence can name. The words around it are messages under `audit.sentence.*`. */
export function factsOf(entry: TrailEntry, quote: (text: string) => string = (text) => `“${text}”`, erased = ERASED) {
  const detail = entry.detail ?? {};
  const after = entry.after ?? {};
  const quoted = (value: unknown) => {
    if (value === ERASED) return erased;
    return typeof value === 'string' && value ? quote(value) : '';
  };
  return {
    name: quoted(entry.object.name),
    reason: entry.reason,
    whom: quoted(detail.person ?? detail.team ?? detail.role),
    owner: quoted(after.owner),
    version: text(after.version ?? detail.version),
  };
}

/** The verb that somebody was refused, if it was one. */
export function refusedVerb(entry: TrailEntry): string | null {
  return entry.result === 'denied' ? text(entry.detail?.verb) || entry.action : null;
}

export interface Change {
  field: string;
  before: unknown;
  after: unknown;
  changed: boolean;
}

/** Fingerprints say that something changed, not what. */
const TECHNICAL = /(^|_)(hash|token|sha256)$/;

/** What was different before and after, without fingerprints. */
export function changesOf(entry: Pick<TrailEntry, 'before' | 'after'>): Change[] {
  const [was, is] = [entry.before ?? {}, entry.after ?? {}];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((field) => !TECHNICAL.test(field))
    .map((field) => ({
      field,
      before: was[field],
      after: is[field],
      changed: JSON.stringify(was[field]) !== JSON.stringify(is[field]),
    }));
}

/** "workflow:read" → "workflow.read", as messages are keyed. */
export function verbKey(verb: string): string {
  return verb.replace(':', '.');
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
