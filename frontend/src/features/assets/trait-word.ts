import { useTranslation } from 'react-i18next';
import { knownTrait } from '@/core/drift';
import { label } from '@/core/values';

/** The name of what is looked at of a call, e.g. "What texts are about" or the name of a column. */
export function useTraitWord(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => {
    const known = name === 'meaning' ? 'meaning' : knownTrait(name);
    return known ? t(`learning.trait.${known}`) : label(name);
  };
}
