import { Button, Text } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Followed } from '@/core/run/rounds';
import classes from './run.module.css';

interface FollowBarProps {
  followed: Followed;
  nameOf: (node: string) => string;
  onEnd: () => void;
}

/** Says that the canvas shows what happened to one item only. */
export function FollowBar({ followed, nameOf, onEnd }: FollowBarProps) {
  const { t } = useTranslation();
  const items = Object.entries(followed);
  if (items.length === 0) return null;
  const words = items.map(([loop, index]) =>
    t('runs.follow.item', { number: index + 1, loop: nameOf(loop.split('/').at(-1) ?? loop) }),
  );
  return (
    <section className={classes.follow} aria-label={t('runs.follow.label')}>
      <IconRoute size={18} aria-hidden />
      <Text size="sm" role="status">
        {t('runs.follow.text', { items: words.join(', ') })}
      </Text>
      <Button size="compact-sm" variant="default" onClick={onEnd}>
        {t('runs.follow.end')}
      </Button>
    </section>
  );
}
