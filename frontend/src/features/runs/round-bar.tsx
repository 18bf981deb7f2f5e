import { ActionIcon, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Rounds } from '@/core/run/rounds';
import classes from './run.module.css';

interface RoundBarProps {
  /** The latest rounds. */
  latest: Rounds;
  chosen: Rounds;
  nameOf: (node: string) => string;
  /** Null follows the run again. */
  onChoose: (loop: string, round: number | null) => void;
}

/** Which round of each loop the canvas shows; loops inside others are chosen with their step. */
export function RoundBar({ latest, chosen, nameOf, onChoose }: RoundBarProps) {
  const { t } = useTranslation();
  const loops = Object.entries(latest).filter(([loop, last]) => !loop.includes('/') && last > 0);
  if (loops.length === 0) return null;
  return (
    <div className={classes.rounds}>
      {loops.map(([loop, last]) => {
        const shown = chosen[loop] ?? last;
        const name = nameOf(loop);
        const go = (round: number) => onChoose(loop, round >= last ? null : round);
        return (
          <Group key={loop} gap={4} wrap="nowrap" role="group" aria-label={t('runs.rounds.of', { name })}>
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={shown === 0}
              aria-label={t('runs.rounds.before', { name })}
              onClick={() => go(shown - 1)}
            >
              <IconChevronLeft size={16} aria-hidden />
            </ActionIcon>
            <Text size="sm" aria-live="polite">
              {t('runs.rounds.shown', { name, round: shown + 1, count: last + 1 })}
            </Text>
            <ActionIcon
              variant="subtle"
              color="gray"
              disabled={shown === last}
              aria-label={t('runs.rounds.after', { name })}
              onClick={() => go(shown + 1)}
            >
              <IconChevronRight size={16} aria-hidden />
            </ActionIcon>
          </Group>
        );
      })}
    </div>
  );
}
