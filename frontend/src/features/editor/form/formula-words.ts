import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { FormulaError } from '@/api/formulas';

/** Any one of the codes; which there are is up to the engine. */
type SomeError = 'editor.formula.error.no_value';
type SomeKind = 'editor.formula.kind.text';

/** What is wrong with a formula, in the reader's language where it has words for it, else as the engine says it. */
export function useFormulaWords(): (error: FormulaError) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    ({ code, message, facts }) => {
      const key = `editor.formula.error.${code}`;
      if (!i18n.exists(key)) return message;
      const kinds = Array.isArray(facts.kinds)
        ? facts.kinds.map((kind) => t(`editor.formula.kind.${kind}` as SomeKind))
        : [];
      return t(key as SomeError, { ...(facts as { name: string }), kinds: kinds.join(t('editor.formula.and')) });
    },
    [t, i18n],
  );
}
