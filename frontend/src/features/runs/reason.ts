import type { i18n } from 'i18next';
import type { StepError } from '@/core/run/model';

/** Why a step failed and what to do next, in the reader's language: by its code, else by what kind of failure it is. */
export function reasonOf(language: i18n, error: StepError): { why: string; next: string } {
  const say = (room: 'why' | 'next', name: string) => {
    const key = `runs.reason.${room}.${name}`;
    return language.exists(key) ? String(language.t(key as never)) : null;
  };
  const kind = say('why', error.category) ?? say('why', 'internal') ?? '';
  // The server says what to do in one language only; whoever reads another one gets the general advice.
  const hint = language.language.startsWith('en') ? error.hint : '';
  const next = say('next', error.code) ?? say('next', error.category) ?? say('next', 'internal') ?? '';
  return { why: say('why', error.code) ?? kind, next: hint || next };
}
