import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Run } from '@/api/types';
import { itemCounts, itemsOf } from '@/core/run/items';
import { ended } from '@/core/run/model';
import { ItemProgress } from './item-progress';
import classes from './run.module.css';

interface ProgressPanelProps {
  run: Run;
  nameOf: (node: string) => string;
}

/** How far the loops are that a run works on; those inside of others are told with their step. */
export function ProgressPanel({ run, nameOf }: ProgressPanelProps) {
  const { t } = useTranslation();
  const loops = run.steps.filter((step) => step.scope === '' && step.status === 'running' && (step.count ?? 0) > 0);
  if (ended(run.status) || loops.length === 0) return null;
  return (
    <section className={classes.loops} aria-label={t('runs.progress.label')}>
      {loops.map((loop) => {
        const counts = itemCounts(loop, itemsOf(run.steps, loop));
        return (
          <div key={loop.step}>
            <Text size="sm" fw={600}>
              {t('runs.progress.of', { name: nameOf(loop.node), count: counts.count })}
            </Text>
            <ItemProgress {...counts} />
          </div>
        );
      })}
    </section>
  );
}
