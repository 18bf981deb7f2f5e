import { Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTask, useTaskDeed } from '@/api/tasks';
import type { Task } from '@/api/types';
import { isFileRef } from '@/core/files';
import { sentence } from '@/core/server-words';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { FileLink } from '@/ui/file-link';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { ValueTable } from '@/ui/value-table';
import { Answered } from './answered';
import { Refused } from './refused';
import classes from './task.module.css';
import { TaskAnswer } from './task-answer';
import { TaskBadge } from './task-badge';
import { TaskFacts } from './task-facts';
import { TaskForm } from './task-form';
import { TaskHistory } from './task-history';

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
  return <TaskView key={id} task={task.data} back={back} />;
}

function TaskView({ task, back }: { task: Task; back: ReactNode }) {
  const { t } = useTranslation();
  const deed = useTaskDeed(task.id);
  return (
    <Page title={task.title} width="narrow" back={back} lead={<TaskBadge task={task} />}>
      {/* Above the answer, not in it: somebody else's answer takes its place. */}
      {deed.error && <Refused error={deed.error} />}
      <TaskFacts task={task} />
      {task.instructions && (
        <Text className={classes.instructions}>{sentence(task.instructions) ?? task.instructions}</Text>
      )}
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
      {task.decision ? (
        <Answered task={task} />
      ) : task.kind === 'form' ? (
        <TaskForm task={task} deed={deed} />
      ) : (
        <TaskAnswer task={task} deed={deed} />
      )}
      <TaskHistory task={task} />
    </Page>
  );
}
