import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { IconHelpOctagon } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ReviewAnswer, useReview } from '@/api/runs';
import type { Run } from '@/api/types';
import { ended, type RunStep } from '@/core/run/model';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { toldProblem } from '@/ui/told';
import classes from './run.module.css';

type Answer = ReviewAnswer['answer'];

const ANSWERS: Answer[] = ['retry', 'done', 'fail'];

interface ReviewPanelProps {
  run: Run;
  nameOf: (node: string) => string;
}

/** Steps whose outcome nobody knows: a person looks outside and says what became of them. */
export function ReviewPanel({ run, nameOf }: ReviewPanelProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<{ step: RunStep; answer: Answer } | null>(null);
  const open = ended(run.status) ? [] : run.steps.filter((step) => step.status === 'needs_review');
  if (open.length === 0) return null;
  return (
    <section className={classes.waiting} aria-label={t('runs.review.label')}>
      <IconHelpOctagon size={22} aria-hidden className={classes.waitingIcon} />
      <div className={classes.words}>
        {open.map((step) => (
          <div key={step.step}>
            <Text fw={600} role="status">
              {t('runs.review.title', { step: nameOf(step.node) })}
            </Text>
            <Text>{t('runs.review.text')}</Text>
            {step.error && <Text c="dimmed">{toldProblem(step.error).message}</Text>}
            {run.may.cancel && (
              <Group gap="xs" mt="xs">
                {ANSWERS.map((answer) => (
                  <Button key={answer} size="xs" variant="default" onClick={() => setAsking({ step, answer })}>
                    {t(`runs.review.answer.${answer}`)}
                  </Button>
                ))}
              </Group>
            )}
          </div>
        ))}
      </div>
      {asking && (
        <ReviewDialog
          run={run.id}
          name={nameOf(asking.step.node)}
          step={asking.step.step}
          answer={asking.answer}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  );
}

interface ReviewDialogProps {
  run: string;
  name: string;
  step: number;
  answer: Answer;
  onClose: () => void;
}

function ReviewDialog({ run, name, step, answer, onClose }: ReviewDialogProps) {
  const { t } = useTranslation();
  const review = useReview(run, step);
  const [note, setNote] = useState('');
  const [output, setOutput] = useState('');
  const [wrong, setWrong] = useState(false);
  const [asked, setAsked] = useState(false);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (note.trim() === '') return;
    const given = answer === 'done' ? readJson(output) : { value: undefined };
    if (given === null) {
      setWrong(true);
      return;
    }
    review.mutate(
      { answer, note: note.trim(), ...(given.value === undefined ? {} : { output: given.value }) },
      {
        onSuccess: () => {
          toast.done(t('runs.review.sent'));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`runs.review.ask.${answer}`, { step: name })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form onSubmit={send} noValidate>
        <Stack>
          <Text size="sm">{t(`runs.review.means.${answer}`)}</Text>
          {review.error && <ProblemAlert error={review.error} />}
          <Textarea
            label={t('runs.review.note')}
            description={t('runs.review.noteHelp')}
            autosize
            minRows={2}
            maxLength={2000}
            required
            error={asked && note.trim() === '' ? t('runs.review.noteMissing') : undefined}
            data-autofocus
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {answer === 'done' && (
            <Textarea
              label={t('runs.review.output')}
              description={t('runs.review.outputHelp')}
              autosize
              minRows={2}
              maxRows={10}
              placeholder={'{ "id": 17 }'}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
              value={output}
              error={wrong ? t('editor.form.notJson') : undefined}
              onChange={(event) => {
                setOutput(event.currentTarget.value);
                setWrong(false);
              }}
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={review.isPending}>
              {t(`runs.review.answer.${answer}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Null when it is not JSON; nothing when nothing was written. */
function readJson(text: string): { value: unknown } | null {
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
