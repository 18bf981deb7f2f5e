import { useTranslation } from 'react-i18next';
import { type AskedFor, payloadOf } from '@/core/requests';
import { phrase } from '@/core/server-words';
import type { Role } from '@/core/words';

/** What is asked for, in one line. */
export function useRequestWords(): (request: AskedFor) => string {
  const { t } = useTranslation();
  return (request) => {
    const payload = payloadOf(request);
    const name = phrase(request.object.name);
    switch (request.kind) {
      case 'workflow.publishing':
        return t('words.request.publishing', { name });
      case 'workflow.run_as':
        return t('words.request.runAs', { name, person: payload.person?.name ?? '' });
      case 'asset.replacement':
        return t('words.request.replacement', { name });
      case 'egress.rule':
        return t('words.request.egress');
      case 'retention.rule':
        return t('words.request.retention');
      case 'sign_in.rule':
        return t('words.request.signIn');
      case 'second_person.rule':
        return t('words.request.secondPerson');
      case 'grant.change': {
        const role = payload.role ? t(`words.role.${payload.role as Role}.name`) : '';
        return t(`words.request.${payload.what ?? 'share'}`, { name, whom: payload.whom || role });
      }
    }
  };
}
