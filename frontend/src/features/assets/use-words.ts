import { useTranslation } from 'react-i18next';
import { count, percent } from '@/core/figures';
import { shortDuration } from '@/core/time';
import { money } from './money';
import type { Figure } from './use-figures';

/** Figures of use by their name, and their values as people read them. */
export function useFigureWords() {
  const { t, i18n } = useTranslation();
  return {
    name: (figure: Figure) => t(`assets.use.${figure}`),
    value: (figure: Figure, value: number | null): string => {
      if (value === null) return '–';
      switch (figure) {
        case 'p50':
        case 'p95':
          return value > 0 && value < 1 ? `< ${shortDuration(1)}` : shortDuration(value);
        case 'cost':
          return money(String(value)) ?? '–';
        case 'confidence':
          return percent(value, i18n.language);
        default:
          return count(value, i18n.language);
      }
    },
  };
}
