import { Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ItemCounts } from '@/core/run/items';
import classes from './run.module.css';

/** How many items of a loop are done, failed and still to come. */
export function ItemProgress({ count, done, failed, pieces }: ItemCounts) {
  const { t } = useTranslation();
  const open = count - done - failed;
  const words = [
    t('runs.progress.done', { count: done }),
    ...(failed > 0 ? [t('runs.progress.failed', { count: failed })] : []),
    ...(open > 0 ? [t('runs.progress.open', { count: open })] : []),
  ].join(', ');
  return (
    <div className={classes.progress}>
      <Progress.Root size="sm" aria-hidden>
        <Progress.Section value={(done / count) * 100} color="var(--tone-done)" />
        <Progress.Section value={(failed / count) * 100} color="var(--tone-failed)" />
      </Progress.Root>
      <Text size="xs" c="dimmed" role="status">
        {words}
      </Text>
      {pieces !== null && (
        <Text size="xs" c="dimmed">
          {t('runs.progress.pieces', { count: pieces })}
        </Text>
      )}
    </div>
  );
}
