import { Alert, Button, Code, CopyButton, Group, Text } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './problem-alert.module.css';
import { problemLine, type Told, told, toldProblem } from './told';

interface ProblemAlertProps {
  error: unknown;
  /** What was attempted. */
  title?: string;
  retry?: (() => void) | undefined;
  children?: ReactNode;
}

/** A failure in plain words: what happened, why, what to do. Details are folded and can be copied. */
export function ProblemAlert({ error, title, retry, children }: ProblemAlertProps) {
  const { t } = useTranslation();
  if (!error) return null;
  const { problem } = error as Told;
  const text = told(error) || t('ui.problem.unknown');
  const problems = problem?.problems ?? [];
  const others = problems.filter((one) => one.message !== problem?.detail);
  const named = problems.find((one) => one.message === problem?.detail);
  const hint = named && toldProblem(named).hint;
  // Whoever helps may speak another language: what the server said stays beside its code.
  const said = problem?.detail === text ? undefined : problem?.detail;
  const details = problem?.trace ? [problem.code, problem.trace, said].filter(Boolean).join(' · ') : null;
  return (
    <Alert
      role="alert"
      color="red"
      variant="outline"
      icon={<IconAlertOctagon size={20} aria-hidden />}
      title={title ?? t('ui.problem.title')}
      classNames={{ root: classes.alert, title: classes.title }}
    >
      <Text>{text}</Text>
      {hint && <Text>{hint}</Text>}
      {others.length > 0 && (
        <ul className={classes.list}>
          {others.map((one) => (
            <li key={one.message}>{problemLine(one)}</li>
          ))}
        </ul>
      )}
      {children}
      {(retry || details) && (
        <Group gap="sm" mt="sm" align="flex-start">
          {retry && (
            <Button size="xs" variant="default" onClick={retry}>
              {t('ui.problem.retry')}
            </Button>
          )}
          {details && <Details text={details} />}
        </Group>
      )}
    </Alert>
  );
}

export function Details({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <details className={classes.details}>
      <summary>{t('ui.problem.details')}</summary>
      <Code block className={classes.code} tabIndex={0}>
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="subtle" onClick={copy}>
            {copied ? t('ui.copied') : t('ui.copy')}
          </Button>
        )}
      </CopyButton>
    </details>
  );
}
