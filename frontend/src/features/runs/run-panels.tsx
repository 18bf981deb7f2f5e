import { Button, Group, Text } from '@mantine/core';
import { IconAlertOctagonFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Run } from '@/api/types';
import { failedStep } from '@/core/run/failure';
import { ButtonLink } from '@/ui/button-link';
import { Details } from '@/ui/problem-alert';
import { toldProblem } from '@/ui/told';
import classes from './run.module.css';
import { PutAside, TryAgain } from './run-actions';

interface FailurePanelProps {
  run: Run;
  nameOf: (node: string) => string;
  onShow: (step: number) => void;
}

/** What happened, where, why, and what to do; the technical side stays folded. */
export function FailurePanel({ run, nameOf, onShow }: FailurePanelProps) {
  const { t } = useTranslation();
  if (run.status !== 'failed') return null;
  const step = failedStep(run);
  const error = step?.error ?? run.error;
  const said = error && toldProblem(error);
  return (
    <section role="alert" className={classes.failure} aria-label={t('runs.failure.label')}>
      <IconAlertOctagonFilled size={22} aria-hidden className={classes.failureIcon} />
      <div className={classes.words}>
        <Text fw={600}>{step ? t('runs.failure.where', { step: nameOf(step.node) }) : t('runs.failure.title')}</Text>
        <Text>{said?.message ?? t('runs.failure.unknown')}</Text>
        <Text c="dimmed">{said?.hint || t('runs.failure.hint')}</Text>
        <Group gap="xs" mt="xs">
          <TryAgain run={run} />
          {step && (
            <Button size="xs" variant="default" onClick={() => onShow(step.step)}>
              {t('runs.failure.show')}
            </Button>
          )}
          <ButtonLink to="/workflows/$id" params={{ id: run.workflow.id }} size="xs" variant="default">
            {t('runs.openWorkflow')}
          </ButtonLink>
          <PutAside run={run} />
        </Group>
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
