import { Button, Stack, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { fieldErrors } from '@/ui/field-errors';
import { isMissing, plainReason, QuestionInput } from '@/ui/question-input';
import { toast } from '@/ui/toasts';
import { useStanding } from './standing';
import classes from './task.module.css';
import { type Deed, TaskHolder } from './task-holder';

/** The form of a task: filled in from the run, sent by whoever has taken it. */
export function TaskForm({ task, deed }: { task: Task; deed: Deed }) {
  const { t } = useTranslation();
  const questions = task.questions ?? [];
  const [answers, setAnswers] = useState<Record<string, unknown>>(() => task.values ?? {});
  const [asked, setAsked] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  const standing = useStanding(task);
  if (task.state !== 'open' && task.state !== 'taken') return <Text c="dimmed">{t('tasks.closed')}</Text>;

  const refused = fieldErrors(
    deed.error,
    questions.map((one) => one.key),
  );
  const owed = (one: (typeof questions)[number]) => asked && isMissing(one, answers[one.key]);
  const goToFirst = () =>
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  const send = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (questions.some((one) => isMissing(one, answers[one.key]))) {
      goToFirst();
      return;
    }
    deed.mutate(
      { verb: 'complete', body: { answers } },
      { onSuccess: () => toast.done(t('tasks.did.completed')), onError: goToFirst },
    );
  };
  return (
    <section className={classes.answer} aria-labelledby="answer">
      <Title order={2} id="answer">
        {t('tasks.answer')}
      </Title>
      <TaskHolder task={task} deed={deed} standing={standing} wordsId="answer-standing" />
      <form ref={box} onSubmit={send} noValidate>
        <Stack gap="lg">
          <fieldset className={classes.fields} disabled={!standing.answers} aria-describedby="answer-standing">
            <legend className={classes.hidden}>{task.title}</legend>
            {questions.map((question) => (
              <QuestionInput
                key={question.key}
                question={question}
                value={answers[question.key]}
                error={owed(question) ? t('forms.missing') : plainReason(question, refused[question.key])}
                onChange={(value) => setAnswers((before) => ({ ...before, [question.key]: value }))}
              />
            ))}
          </fieldset>
          <div className={classes.buttons}>
            <Button
              type="submit"
              size="md"
              leftSection={<IconCheck size={18} aria-hidden />}
              disabled={!standing.answers}
              loading={deed.isPending && deed.variables.verb === 'complete'}
              aria-describedby="answer-standing"
            >
              {t('tasks.complete')}
            </Button>
          </div>
        </Stack>
      </form>
    </section>
  );
}
