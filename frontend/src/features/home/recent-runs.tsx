import { Text, Title } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRuns } from '@/api/runs';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { ProblemAlert } from '@/ui/problem-alert';
import { RunBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import classes from './home.module.css';

export function RecentRuns() {
  const { t } = useTranslation();
  const { rows, query } = useRuns({ page_size: 6 });
  return (
    <section className={classes.panel} aria-labelledby="recent-runs">
      <div className={classes.panelHead}>
        <Title order={2} id="recent-runs">
          {t('home.recent.title')}
        </Title>
        <TextLink to="/runs" search={{}} size="sm">
          {t('home.recent.all')}
        </TextLink>
      </div>
      <ProblemAlert error={query.error} />
      {query.isPending && <Waiting lines={3} />}
      {query.isSuccess && rows.length === 0 && (
        <EmptyState icon={IconListDetails} title={t('home.recent.empty')} text={t('home.recent.emptyText')} />
      )}
      <ul className={classes.rows}>
        {rows.slice(0, 6).map((run) => (
          <li key={run.id} className={classes.row}>
            <div className={classes.rowWords}>
              <Link to="/runs/$id" params={{ id: run.id }} search={{}} className={classes.rowLink}>
                {run.title || run.workflow.name}
              </Link>
              <Text size="sm" c="dimmed">
                {run.workflow.name} · <TimeAgo at={run.created_at} />
              </Text>
            </div>
            <RunBadge status={run.status} needsPerson={run.needs_person} />
          </li>
        ))}
      </ul>
    </section>
  );
}
