import { useTranslation } from 'react-i18next';
import type { Config } from '@/core/graph/document';
import { ruleWords } from '@/core/graph/rule-words';

/** The rule of a schedule as a person says it: "Every weekday at 09:00, Berlin time". */
export function useRuleWords(): (config: Config) => string {
  const { t, i18n } = useTranslation();
  return (config) => {
    const { code, parts } = ruleWords(config, i18n.language, t('ui.rule.lastDay'));
    return t(`ui.rule.${code}`, parts);
  };
}
