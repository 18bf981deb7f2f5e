import { IconArrowsMove, IconMinus, IconPencil, IconPlus } from '@tabler/icons-react';
import { createContext, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comparison, Mark } from '@/core/graph/compare';
import classes from './marks.module.css';

/** What became of steps and lines between two documents; absent where nothing is compared. */
export const MarksContext = createContext<Pick<Comparison, 'steps' | 'lines'> | null>(null);

export const MARK_ICONS = { added: IconPlus, changed: IconPencil, removed: IconMinus, moved: IconArrowsMove } as const;

export function useStepMark(step: string): Mark | null {
  return useContext(MarksContext)?.steps[step] ?? null;
}

export function useLineMark(line: string): Mark | null {
  return useContext(MarksContext)?.lines[line] ?? null;
}

export function MarkBadge({ step }: { step: string }) {
  const mark = useStepMark(step);
  return mark && <MarkWord mark={mark} className={classes.badge} />;
}

/** Icon, word and colour: none of them stands alone. */
export function MarkWord({ mark, className = '' }: { mark: Mark; className?: string | undefined }) {
  const { t } = useTranslation();
  const Icon = MARK_ICONS[mark];
  return (
    <span className={`${classes.mark} ${className}`} data-mark={mark}>
      <Icon size={12} stroke={2.5} aria-hidden />
      {t(`versions.mark.${mark}`)}
    </span>
  );
}
