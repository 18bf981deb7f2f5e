import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useTasks } from '@/api/tasks';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { TimeAgo } from '@/ui/time-ago';
import classes from './home.module.css';

export function WaitingTasks() {
  const { t } = useTranslation();
  const { rows, count, query } = useTasks('open', { page_size: 6 });
  return (
    <section className={classes.section} aria-labelledby="waiting-tasks">
      <div className={classes.sectionHead}>
        <Title order={2} id="waiting-tasks">
          {query.isSuccess
            ? t('home.tasks.title', { count: Number.parseInt(String(count), 10) })
            : t('home.tasks.plain')}
        </Title>
        <TextLink to="/tasks" search={{}} size="sm">
          {t('home.tasks.all')}
        </TextLink>
      </div>
      <ProblemAlert error={query.error} />
      {query.isPending && <Waiting lines={3} />}
      {query.isSuccess && rows.length === 0 && <p className={classes.nothing}>{t('tasks.empty.open')}</p>}
      <ul className={classes.rows}>
        {rows.slice(0, 6).map((task) => (
          <li key={task.id} className={classes.row}>
            <div className={classes.rowWords}>
              <Link to="/tasks/$id" params={{ id: task.id }} className={classes.rowLink}>
                {task.title}
              </Link>
              <Text size="sm" c="dimmed">
                {task.workflow.name} · <TimeAgo at={task.created_at} />
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
