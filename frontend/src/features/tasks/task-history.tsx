import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { dateTime } from '@/core/time';
import classes from './task.module.css';

/** What happened to a task: what, by whom, when, and what was said. */
export function TaskHistory({ task }: { task: Task }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="history">
      <Title order={2} id="history" className={classes.heading}>
        {t('tasks.history.title')}
      </Title>
      <ol className={classes.history}>
        {task.history.map((one) => (
          <li key={`${one.what} ${one.at}`}>
            <span>
              {t(one.by ? `tasks.history.by.${one.what as 'taken'}` : `tasks.history.${one.what as 'created'}`, {
                name: one.by,
                to: one.detail,
              })}
            </span>
            <time dateTime={one.at}>{dateTime(new Date(one.at))}</time>
            {one.detail && one.what !== 'assigned' && <q>{one.detail}</q>}
          </li>
        ))}
      </ol>
    </section>
  );
}
