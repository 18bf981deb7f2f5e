import { Button, Text, Textarea, Title } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Decision, Task } from '@/api/types';
import { fieldErrors } from '@/ui/field-errors';
import { toast } from '@/ui/toasts';
import { Given } from './answered';
import { useStanding } from './standing';
import classes from './task.module.css';
import { type Deed, TaskHolder } from './task-holder';

/** Take first, then approve or reject. A control that is off says why. */
export function TaskAnswer({ task, deed }: { task: Task; deed: Deed }) {
  const { t } = useTranslation();
  const [comment, setComment] = useState('');
  const [missing, setMissing] = useState<string | null>(null);
  const standing = useStanding(task);
  if (task.state !== 'open' && task.state !== 'taken') return <Text c="dimmed">{t('tasks.closed')}</Text>;

  const decide = (decision: Decision['decision']) => {
    if (decision === 'reject' && task.comment_required_on_reject && comment.trim() === '') {
      setMissing(t('tasks.commentMissing'));
      return;
    }
    setMissing(null);
    deed.mutate(
      { verb: 'decide', body: { decision, comment: comment.trim() } },
      {
        onSuccess: ({ decision: final }) =>
          toast.done(t(final ? `tasks.did.${final}` : 'tasks.did.answered', { count: task.approvals })),
        onError: (error) => setMissing(fieldErrors(error, ['comment']).comment ?? null),
      },
    );
  };
  const off = { disabled: !standing.answers || deed.isPending, 'aria-describedby': 'answer-standing' };
  return (
    <section className={classes.answer} aria-labelledby="answer">
      <Title order={2} id="answer">
        {t('tasks.answer')}
      </Title>
      <TaskHolder task={task} deed={deed} standing={standing} wordsId="answer-standing" />
      <Given task={task} />
      <Textarea
        label={t('tasks.comment')}
        description={task.comment_required_on_reject ? t('tasks.commentRequired') : undefined}
        autosize
        minRows={2}
        maxRows={8}
        disabled={!standing.answers}
        value={comment}
        error={missing}
        onChange={(event) => {
          setComment(event.currentTarget.value);
          setMissing(null);
        }}
      />
      <div className={classes.buttons}>
        <Button
          size="md"
          color="green"
          leftSection={<IconCheck size={18} aria-hidden />}
          {...off}
          onClick={() => decide('approve')}
        >
          {t('tasks.approve')}
        </Button>
        <Button
          size="md"
          variant="default"
          leftSection={<IconX size={18} aria-hidden />}
          {...off}
          onClick={() => decide('reject')}
        >
          {t('tasks.reject')}
        </Button>
      </div>
    </section>
  );
}
