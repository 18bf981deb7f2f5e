import {
  IconAlertOctagonFilled,
  IconCheck,
  IconClock,
  IconHandStop,
  IconLoader2,
  IconMinus,
  IconUserExclamation,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { type StepShown, toneOf } from '@/core/words';
import classes from './step-card.module.css';

const ICONS: Record<StepShown, ComponentType<{ size?: number; stroke?: number }>> = {
  waiting: IconClock,
  running: IconLoader2,
  done: IconCheck,
  failed: IconAlertOctagonFilled,
  skipped: IconMinus,
  stopped: IconHandStop,
  'needs-you': IconUserExclamation,
  off: IconMinus,
};

interface StepStatusProps {
  shown: StepShown;
  word: string;
  count: number;
  attempt: number;
}

/** Icon and word, never colour alone. Counts of loops and tries stand behind the word. */
export function StepStatus({ shown, word, count, attempt }: StepStatusProps) {
  const { t } = useTranslation();
  const Icon = ICONS[shown];
  return (
    <span className={classes.status} data-tone={toneOf(shown)} data-shown={shown}>
      <Icon size={13} stroke={2.25} />
      <span>{word}</span>
      {count > 1 && <span className={classes.detail}>{t('editor.canvas.items', { count })}</span>}
      {attempt > 1 && <span className={classes.detail}>{t('editor.canvas.try', { count: attempt })}</span>}
    </span>
  );
}
