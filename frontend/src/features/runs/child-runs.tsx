import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useChildren } from '@/api/runs';
import { TextLink } from '@/ui/button-link';
import { RunBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import classes from './run.module.css';

/** The runs that steps of this run started. */
export function ChildRuns({ run, enabled }: { run: string; enabled: boolean }) {
  const { t } = useTranslation();
  const children = useChildren(run, enabled);
  if (children.rows.length === 0) return null;
  return (
    <section className={classes.timeline} aria-labelledby="children">
      <Title order={2} id="children" className={classes.timelineTitle}>
        {t('runs.children.title')}
      </Title>
      <ul className={classes.children}>
        {children.rows.map((row) => (
          <li key={row.id} className={classes.child}>
            <TextLink to="/runs/$id" params={{ id: row.id }} search={{}}>
              {row.title || row.workflow.name}
            </TextLink>
            {typeof row.parent?.chunk === 'number' && (
              <Text span size="sm">
                {t('runs.children.piece', { number: row.parent.chunk + 1 })}
              </Text>
            )}
            <RunBadge status={row.status} needsPerson={row.needs_person} quiet />
            <Text size="xs" c="dimmed">
              <TimeAgo at={row.created_at} />
            </Text>
          </li>
        ))}
      </ul>
      {children.query.hasNextPage && (
        <Button size="compact-sm" variant="default" m="sm" onClick={() => void children.query.fetchNextPage()}>
          {t('ui.table.more')}
        </Button>
      )}
    </section>
  );
}
