import { Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { dateTime } from '@/core/time';
import { ValueTable } from '@/ui/value-table';
import classes from './task.module.css';

/** How a task was answered, and with what. */
export function Answered({ task }: { task: Task }) {
  const { t } = useTranslation();
  if (task.decision === '') return null;
  return (
    <section className={classes.answer} aria-labelledby="answered">
      <div>
        <Title order={2} id="answered">
          {t(`tasks.answered.${task.decision}`, { name: task.decided_by?.name ?? t('tasks.somebody') })}
        </Title>
        {task.decided_at && <Text c="dimmed">{dateTime(new Date(task.decided_at))}</Text>}
      </div>
      {task.comment && <blockquote className={classes.comment}>{task.comment}</blockquote>}
      {task.questions && (
        <dl className={classes.shown}>
          {task.questions.map(({ key, label }) => (
            <div key={key}>
              <dt>{label}</dt>
              <dd>
                <ValueTable value={task.values?.[key] ?? null} caption={label} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <Given task={task} />
    </section>
  );
}

/** Of an approval by several people: what each of them said. */
export function Given({ task }: { task: Task }) {
  const { t } = useTranslation();
  if (task.given.length === 0) return null;
  return (
    <ul className={classes.given} aria-label={t('tasks.given')}>
      {task.given.map((one) => (
        <li key={one.at}>
          {t(`tasks.answered.${one.decision}`, { name: one.name })}
          {one.comment && <q>{one.comment}</q>}
        </li>
      ))}
    </ul>
  );
}
