import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ERASED, personName } from '@/core/erased';
import { factsOf, refusedVerb, type TrailEntry, verbKey } from '@/core/trail';
import { label } from '@/core/values';

/** Any of the many keys: which one is there is known only when an entry is read. */
type Sentence = 'audit.sentence.session.signed_in';
type Verb = 'audit.verb.workflow.read';
type Kind = 'audit.object.workflow';

/** Words for entries of the trail in the reader's language; what has no words here is told by the server, in English. */
export function useSentence() {
  const { t } = useTranslation();
  const sentence = useCallback(
    (entry: TrailEntry): string => {
      const actor = personName(entry.actor.name) || t('audit.nobody');
      const verb = refusedVerb(entry);
      if (verb !== null) {
        const what = t(`audit.verb.${verbKey(verb)}` as Verb, { defaultValue: label(verb.replace(/[:.]/g, ' ')) });
        return t('audit.refused', { actor, what });
      }
      const facts = factsOf(entry, (text) => t('audit.quoted', { text }), personName(ERASED));
      const told = t(`audit.sentence.${entry.action}` as Sentence, { actor, ...facts, defaultValue: entry.sentence });
      const line = told.replace(/\s+/g, ' ').trim();
      const count = Number(entry.detail?.runs ?? 1);
      return count > 1 ? t('audit.times', { sentence: line, count }) : line;
    },
    [t],
  );
  const kind = useCallback((type: string) => t(`audit.object.${type}` as Kind, { defaultValue: label(type) }), [t]);
  return { sentence, kind };
}
