import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { TextLink } from '@/ui/button-link';
import { TimeAgo } from '@/ui/time-ago';
import { useAsked, useRequester } from './requester';
import classes from './task.module.css';

const MOST_NAMES = 6;

/** Where a task comes from, whose it is, and by when. */
export function TaskFacts({ task }: { task: Task }) {
  const { t, i18n } = useTranslation();
  const requester = useRequester();
  const asked = useAsked();
  const names = task.candidates.slice(0, MOST_NAMES).map((one) => one.name);
  const more = task.candidates.length - names.length;
  const candidates = new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(
    more > 0 ? [...names, t('tasks.moreNames', { count: more })] : names,
  );
  const facts: [string, ReactNode][] = [
    [t('tasks.column.workflow'), task.workflow.name],
    [
      t('tasks.column.run'),
      <TextLink key="run" to="/runs/$id" params={{ id: task.run }} search={{}} className={classes.tall}>
        {task.run_title || t('tasks.openRun')}
      </TextLink>,
    ],
    [t('tasks.column.requester'), requester(task)],
    [t('tasks.column.created'), <TimeAgo key="created" at={task.created_at} />],
    [t('tasks.column.due'), task.due_at ? <TimeAgo key="due" at={task.due_at} /> : t('tasks.neverDue')],
    [t('tasks.column.candidates'), candidates || t('tasks.nobody', { roles: asked(task) })],
    [t('tasks.column.assignee'), task.assignee?.name ?? '–'],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
