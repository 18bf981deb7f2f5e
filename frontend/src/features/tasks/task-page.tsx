import { Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTask } from '@/api/tasks';
import type { Task } from '@/api/types';
import { isFileRef } from '@/core/files';
import { dateTime } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { FileLink } from '@/ui/file-link';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TimeAgo } from '@/ui/time-ago';
import { ValueTable } from '@/ui/value-table';
import classes from './task.module.css';
import { TaskAnswer } from './task-answer';
import { TaskBadge } from './task-badge';

export default function TaskPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/shell/tasks/$id' });
  const task = useTask(id);
  const back = (
    <TextLink to="/tasks" search={{}} size="sm" c="dimmed" className={classes.back}>
      <IconArrowLeft size={14} aria-hidden /> {t('app.nav.tasks')}
    </TextLink>
  );
  if (!task.data) {
    return (
      <Page title={t('tasks.one')} back={back} width="narrow">
        {task.error ? <ProblemAlert error={task.error} title={t('tasks.noAccess')} /> : <Waiting />}
      </Page>
    );
  }
  return <TaskView task={task.data} back={back} />;
}

function TaskView({ task, back }: { task: Task; back: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Page
      title={task.title}
      width="narrow"
      back={back}
      lead={
        <span className={classes.facts}>
          <TaskBadge task={task} />
          <span>{task.workflow.name}</span>
          <TextLink to="/runs/$id" params={{ id: task.run }} search={{}}>
            {task.run_title || t('tasks.openRun')}
          </TextLink>
          <span>
            {t('tasks.column.created')} <TimeAgo at={task.created_at} />
          </span>
          {task.due_at && (
            <span>
              {t('tasks.column.due')} <TimeAgo at={task.due_at} />
            </span>
          )}
        </span>
      }
    >
      {task.instructions && <Text className={classes.instructions}>{task.instructions}</Text>}
      {task.document && (
        <section aria-labelledby="document">
          <Title order={2} id="document" className={classes.heading}>
            {t('tasks.document')}
          </Title>
          <FileLink file={task.document} />
        </section>
      )}
      {task.shown.length > 0 && (
        <section aria-labelledby="shown">
          <Title order={2} id="shown" className={classes.heading}>
            {t('tasks.shown')}
          </Title>
          <dl className={classes.shown}>
            {task.shown.map(({ label, value }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{isFileRef(value) ? <FileLink file={value} /> : <ValueTable value={value} caption={label} />}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {task.decision ? <Answered task={task} /> : <TaskAnswer task={task} />}
    </Page>
  );
}

function Answered({ task }: { task: Task }) {
  const { t } = useTranslation();
  return (
    <section className={classes.answer} aria-labelledby="answered">
      <Title order={2} id="answered">
        {t(task.decision === 'approved' ? 'tasks.answered.approved' : 'tasks.answered.rejected', {
          name: task.decided_by?.name ?? t('tasks.somebody'),
        })}
      </Title>
      {task.decided_at && <Text c="dimmed">{dateTime(new Date(task.decided_at))}</Text>}
      {task.comment && <blockquote className={classes.comment}>{task.comment}</blockquote>}
    </section>
  );
}
