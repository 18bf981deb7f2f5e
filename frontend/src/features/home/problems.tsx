import { Text, Title } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFigures } from '@/api/figures';
import { sentence } from '@/core/server-words';
import { TimeAgo } from '@/ui/time-ago';
import classes from './home.module.css';

/** What live runs failed with, the most frequent first; each opens the runs that did. */
export function Problems() {
  const { t } = useTranslation();
  const { data } = useFigures();
  if (!data || data.problems.length === 0) return null;
  return (
    <section className={classes.section} aria-labelledby="problems">
      <Title order={2} id="problems">
        {t('home.problems.title')}
      </Title>
      <ul className={classes.rows}>
        {data.problems.map(({ message, count, last_at }) => (
          <li key={message} className={classes.row}>
            <IconAlertOctagon size={18} aria-hidden className={classes.problemIcon} />
            <div className={classes.problemWords}>
              <Link
                to="/runs"
                search={{ mode: 'live', status: 'failed', since: data.since, problem: message }}
                className={classes.rowLink}
              >
                {sentence(message) ?? message}
              </Link>
              <Text size="sm" c="dimmed">
                {t('home.problems.count', { count })} · <TimeAgo at={last_at} />
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
