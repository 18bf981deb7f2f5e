import { Button, Group, Loader, Text } from '@mantine/core';
import { IconPlayerStop, IconSparkles } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './explanation.module.css';
import { ProblemAlert } from './problem-alert';

/** An answer, and what was asked then. */
export interface Said {
  answer: string;
  question: string;
}

interface ExplanationProps {
  /** Asks with what was said so far, tells each piece of the answer, and gives the whole. */
  ask: (said: Said[], onText: (piece: string) => void, signal: AbortSignal) => Promise<string>;
  isStopped: (error: unknown) => boolean;
}

const REPLIES = ['how', 'again'] as const;

/** A language model explains an error: its words as they come, then questions to go on with. */
export function Explanation({ ask, isStopped }: ExplanationProps) {
  const { t } = useTranslation();
  const [said, setSaid] = useState<Said[]>([]);
  const [answer, setAnswer] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [asking, setAsking] = useState<AbortController | null>(null);
  const latest = useRef<AbortController | null>(null);
  useEffect(() => () => latest.current?.abort(), []);
  const begin = (before: Said[]) => {
    const control = new AbortController();
    latest.current = control;
    setAsking(control);
    setSaid(before);
    setAnswer('');
    setError(null);
    ask(before, (piece) => setAnswer((known) => (known ?? '') + piece), control.signal)
      .then(setAnswer, (problem) => !isStopped(problem) && setError(problem))
      .finally(() => setAsking(null));
  };
  if (answer === null) {
    return (
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconSparkles size={15} aria-hidden />}
          onClick={() => begin([])}
        >
          {t('ui.explain.button')}
        </Button>
      </div>
    );
  }
  return (
    <section className={classes.box} aria-label={t('ui.explain.label')}>
      {said.map((one) => (
        <div key={one.question} className={classes.past}>
          <Text className={classes.words}>{one.answer}</Text>
          <Text fw={550}>{one.question}</Text>
        </div>
      ))}
      <div aria-live="polite" aria-busy={asking !== null}>
        <Text className={classes.words}>{answer}</Text>
      </div>
      <ProblemAlert error={error} retry={() => begin(said)} />
      {asking ? (
        <Group gap="xs">
          <Loader size="xs" aria-hidden />
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlayerStop size={14} aria-hidden />}
            onClick={() => asking.abort()}
          >
            {t('ui.explain.stop')}
          </Button>
        </Group>
      ) : (
        <Group gap="xs">
          {answer !== '' &&
            !error &&
            REPLIES.filter((reply) => said.every((one) => one.question !== t(`ui.explain.reply.${reply}`))).map(
              (reply) => (
                <Button
                  key={reply}
                  size="compact-sm"
                  variant="light"
                  radius="xl"
                  onClick={() => begin([...said, { answer, question: t(`ui.explain.reply.${reply}`) }])}
                >
                  {t(`ui.explain.reply.${reply}`)}
                </Button>
              ),
            )}
          <Text size="xs" c="dimmed">
            {t('ui.explain.careful')}
          </Text>
        </Group>
      )}
    </section>
  );
}
