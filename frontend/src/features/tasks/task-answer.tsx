import { Button, Group, Text, Textarea, Title } from '@mantine/core';
import { IconCheck, IconHandGrab, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { useUser } from '@/api/session';
import { useTaskVerb } from '@/api/tasks';
import type { Decision, Task } from '@/api/types';
import { dateTime } from '@/core/time';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './task.module.css';

/** Take first, then approve or reject. A control that is off says why. */
export function TaskAnswer({ task }: { task: Task }) {
  const { t } = useTranslation();
  const user = useUser();
  const verb = useTaskVerb(task.id);
  const [comment, setComment] = useState('');
  const [missing, setMissing] = useState<string | null>(null);
  const mine = task.state === 'taken' && task.assignee?.id === user.id;
  const open = task.state === 'open' || task.state === 'taken';
  const reason = useReason(task, mine);

  const decide = (decision: Decision['decision']) => {
    if (decision === 'reject' && task.comment_required_on_reject && comment.trim() === '') {
      setMissing(t('tasks.commentMissing'));
      return;
    }
    setMissing(null);
    verb.mutate(
      { decision, comment: comment.trim() },
      {
        onSuccess: () => toast.done(t(decision === 'approve' ? 'tasks.did.approved' : 'tasks.did.rejected')),
        onError: (error) => setMissing(fieldErrors(error, ['comment']).comment ?? null),
      },
    );
  };
  const hand = (what: 'take' | 'release') => verb.mutate(what, { onSuccess: () => toast.done(t(`tasks.did.${what}`)) });

  if (!open) return <Text c="dimmed">{t('tasks.closed')}</Text>;
  return (
    <section className={classes.answer} aria-labelledby="answer">
      <Title order={2} id="answer">
        {t('tasks.answer')}
      </Title>
      {verb.error && !missing && <Refused error={verb.error} />}
      <Group justify="space-between" gap="sm">
        <Text c="dimmed" id="answer-reason">
          {reason ?? t('tasks.yours')}
        </Text>
        {mine ? (
          <Button variant="default" disabled={verb.isPending} onClick={() => hand('release')}>
            {t('tasks.release')}
          </Button>
        ) : (
          task.state === 'open' &&
          task.may_decide && (
            <Button
              leftSection={<IconHandGrab size={16} aria-hidden />}
              loading={verb.isPending && verb.variables === 'take'}
              onClick={() => hand('take')}
            >
              {t('tasks.take')}
            </Button>
          )
        )}
      </Group>
      <Textarea
        label={t('tasks.comment')}
        description={task.comment_required_on_reject ? t('tasks.commentRequired') : undefined}
        autosize
        minRows={2}
        maxRows={8}
        disabled={!mine}
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
          disabled={!mine || verb.isPending}
          aria-describedby={reason ? 'answer-reason' : undefined}
          onClick={() => decide('approve')}
        >
          {t('tasks.approve')}
        </Button>
        <Button
          size="md"
          variant="default"
          leftSection={<IconX size={18} aria-hidden />}
          disabled={!mine || verb.isPending}
          aria-describedby={reason ? 'answer-reason' : undefined}
          onClick={() => decide('reject')}
        >
          {t('tasks.reject')}
        </Button>
      </div>
    </section>
  );
}

/** Why the answer buttons are off; null when they are on. */
function useReason(task: Task, mine: boolean): string | null {
  const { t } = useTranslation();
  if (mine) return null;
  if (!task.may_decide) return t('tasks.reason.role');
  if (task.state === 'taken') return t('tasks.reason.taken', { name: task.assignee?.name ?? t('tasks.somebody') });
  return t('tasks.reason.take');
}

/** Somebody was faster: who, and when. */
function Refused({ error }: { error: Error }) {
  const { t } = useTranslation();
  if (!isApiError(error) || error.status !== 409) return <ProblemAlert error={error} />;
  const at = error.problem.current?.at;
  return (
    <ProblemAlert error={error} title={t('tasks.faster')}>
      {typeof at === 'string' && <Text c="dimmed">{dateTime(new Date(at))}</Text>}
    </ProblemAlert>
  );
}
