import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** How long entries stay, in years where that comes out even; 0 months: for ever. */
export function useLasting(): (months: number) => string {
  const { t } = useTranslation();
  return useCallback(
    (months: number) => {
      if (months === 0) return t('integrity.months.forever');
      return months % 12 === 0
        ? t('integrity.months.years', { count: months / 12 })
        : t('integrity.months.some', { count: months });
    },
    [t],
  );
}
