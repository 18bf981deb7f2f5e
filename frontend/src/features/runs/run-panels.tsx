import { Button, Group, Text } from '@mantine/core';
import { IconAlertOctagonFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isStopped, useExplain } from '@/api/help';
import type { Run } from '@/api/types';
import { failedStep } from '@/core/run/failure';
import { TextLink } from '@/ui/button-link';
import { Explanation } from '@/ui/explanation';
import { Details } from '@/ui/problem-alert';
import { toldProblem } from '@/ui/told';
import { Correct } from './correct-dialog';
import { LoadButton } from './load-button';
import { reasonOf } from './reason';
import classes from './run.module.css';
import { PutAside, TryAgain } from './run-actions';

interface FailurePanelProps {
  run: Run;
  nameOf: (node: string) => string;
  onShow: (step: number) => void;
}

/** What happened, where, why, and what to do; the technical side stays folded. */
export function FailurePanel({ run, nameOf, onShow }: FailurePanelProps) {
  const { t, i18n } = useTranslation();
  const step = run.status === 'failed' ? failedStep(run) : null;
  const explain = useExplain(run.id, step?.error ? step.step : undefined);
  if (run.status !== 'failed') return null;
  const error = step?.error ?? run.error;
  const said = error && toldProblem(error);
  const told = step?.error ? reasonOf(i18n, step.error) : null;
  const hint = told?.next ?? (said?.hint || t('runs.failure.hint'));
  return (
    <section role="alert" className={classes.failure} aria-label={t('runs.failure.label')}>
      <IconAlertOctagonFilled size={22} aria-hidden className={classes.failureIcon} />
      <div className={classes.words}>
        <Text fw={600}>{step ? t('runs.failure.where', { step: nameOf(step.node) }) : t('runs.failure.title')}</Text>
        {told && <Text fw={500}>{told.why}</Text>}
        <Text>{said?.message ?? t('runs.failure.unknown')}</Text>
        <Text c="dimmed">{hint}</Text>
        {run.repeated_by && (
          <Text>
            <TextLink to="/runs/$id" params={{ id: run.repeated_by }} search={{}} underline="always">
              {t('runs.failure.solved')}
            </TextLink>
          </Text>
        )}
        <Group gap="xs" mt="xs">
          <TryAgain run={run} />
          {step && step.scope === '' && run.may.retry && !run.only && (
            <Correct run={run} failed={step} nameOf={nameOf} />
          )}
          <LoadButton run={run} small />
          {step && (
            <Button size="xs" variant="default" onClick={() => onShow(step.step)}>
              {t('runs.failure.show')}
            </Button>
          )}
          <PutAside run={run} />
        </Group>
        {explain && (
          <div className={classes.explain}>
            <Explanation key={step?.step} ask={explain} isStopped={isStopped} />
          </div>
        )}
        {step?.error && (
          <Details
            text={JSON.stringify(
              { step: step.node, item: step.scope || undefined, try: step.attempt, ...step.error },
              null,
              2,
            )}
          />
        )}
      </div>
    </section>
  );
}
