import { Button, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '@/api/types';
import { problemSteps } from '@/core/run/failure';
import { scopeWords } from '@/ui/scope-words';
import { StepBadge } from '@/ui/status-badge';
import classes from './run.module.css';

const AT_ONCE = 8;

interface ProblemsPanelProps {
  run: Run;
  nameOf: (node: string) => string;
  onShow: (step: number) => void;
}

/** Everything that went wrong, where it is more than what ended the run: each leads to its step. */
export function ProblemsPanel({ run, nameOf, onShow }: ProblemsPanelProps) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const problems = problemSteps(run);
  if (problems.length === 0 || (run.status === 'failed' && problems.length === 1)) return null;
  const shown = all ? problems : problems.slice(0, AT_ONCE);
  return (
    <section className={classes.problems} aria-label={t('runs.problems.label')}>
      <Text fw={600} size="sm">
        {t('runs.problems.count', { count: problems.length })}
      </Text>
      <ul>
        {shown.map((step) => (
          <li key={step.step}>
            <UnstyledButton className={classes.problem} onClick={() => onShow(step.step)}>
              <StepBadge status={step.status} quiet />
              <strong>{nameOf(step.node)}</strong>
              {step.scope && <span>{scopeWords(t, step.scope)}</span>}
              <span className={classes.problemWhy}>{step.error?.message}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {problems.length > shown.length && (
        <Button size="compact-sm" variant="default" onClick={() => setAll(true)}>
          {t('ui.value.more', { shown: shown.length, count: problems.length })}
        </Button>
      )}
    </section>
  );
}
