import { Button, Text, Title, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '@/api/types';
import { ended } from '@/core/run/model';
import { timeline } from '@/core/run/timeline';
import { shortDuration } from '@/core/time';
import { stepShown, toneOf } from '@/core/words';
import { StepBadge } from '@/ui/status-badge';
import { useNow } from '@/ui/time-ago';
import classes from './run.module.css';
import { scopeWords } from './scope-words';

interface TimelineProps {
  run: Run;
  nameOf: (node: string) => string;
  chosen: number | null;
  onChoose: (step: number) => void;
}

const AT_ONCE = 40;

/** Which step worked when, and for how long. */
export function Timeline({ run, nameOf, chosen, onChoose }: TimelineProps) {
  const { t } = useTranslation();
  const now = useNow(500, !ended(run.status));
  const [shown, setShown] = useState(AT_ONCE);
  const bars = timeline(run, now);
  if (bars.length === 0) return null;
  return (
    <section className={classes.timeline} aria-labelledby="timeline">
      <Title order={2} id="timeline" className={classes.timelineTitle}>
        {t('runs.timeline.title')}
      </Title>
      <table className={classes.bars}>
        <colgroup>
          <col className={classes.nameColumn} />
          <col className={classes.statusColumn} />
          <col className={classes.whenColumn} />
          <col className={classes.tookColumn} />
        </colgroup>
        <thead className={classes.barsHead}>
          <tr>
            <th scope="col">{t('runs.timeline.step')}</th>
            <th scope="col">{t('runs.timeline.status')}</th>
            <th scope="col">{t('runs.timeline.when')}</th>
            <th scope="col">{t('runs.timeline.took')}</th>
          </tr>
        </thead>
        <tbody>
          {bars.slice(0, shown).map(({ step, left, width, milliseconds }) => (
            <tr key={step.step} data-chosen={step.step === chosen || undefined}>
              <th scope="row">
                <UnstyledButton className={classes.barName} onClick={() => onChoose(step.step)}>
                  {nameOf(step.node)}
                  {step.scope && (
                    <Text span size="xs" c="dimmed">
                      {' '}
                      {scopeWords(t, step.scope)}
                    </Text>
                  )}
                </UnstyledButton>
              </th>
              <td className={classes.barStatus}>
                <StepBadge status={step.status} quiet />
              </td>
              <td className={classes.barCell}>
                <div className={classes.track}>
                  <div
                    className={classes.bar}
                    data-tone={toneOf(stepShown(step.status))}
                    style={{ left: `${left}%`, width: `${width}%` }}
                  />
                </div>
              </td>
              <td className={classes.barTime}>{shortDuration(milliseconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {bars.length > shown && (
        <Button size="compact-sm" variant="default" m="sm" onClick={() => setShown(shown + AT_ONCE)}>
          {t('ui.value.more', { shown, count: bars.length })}
        </Button>
      )}
    </section>
  );
}
