import { Button, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRuns } from '@/api/runs';
import { duration } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { ProblemAlert } from '@/ui/problem-alert';
import { RunBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import classes from './tabs.module.css';

/** The runs of this workflow, newest first; each opens its own page. */
export function RunsTab({ workflow }: { workflow: string }) {
  const { t } = useTranslation();
  const runs = useRuns({ workflow });
  const { query } = runs;
  return (
    <section className={classes.tab} aria-label={t('editor.tab.runs')}>
      {query.error && <ProblemAlert error={query.error} retry={() => void query.refetch()} />}
      {runs.rows.length === 0 && !query.isPending && !query.error && <Text c="dimmed">{t('editor.runs.none')}</Text>}
      {runs.rows.length > 0 && (
        <Table highlightOnHover aria-label={t('editor.tab.runs')}>
          <Table.Thead>
            <Table.Tr>
              {(['status', 'title', 'version', 'started', 'took', 'by'] as const).map((column) => (
                <Table.Th key={column}>{t(`editor.runs.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {runs.rows.map((run) => (
              <Table.Tr key={run.id}>
                <Table.Td>
                  <RunBadge status={run.status} needsPerson={run.needs_person} quiet />
                </Table.Td>
                <Table.Td>
                  <TextLink to="/runs/$id" params={{ id: run.id }} search={{}}>
                    {run.title || t('editor.runs.untitled')}
                  </TextLink>
                </Table.Td>
                <Table.Td>{run.version === null ? t('editor.runs.draft') : run.version}</Table.Td>
                <Table.Td>
                  <TimeAgo at={run.created_at} />
                </Table.Td>
                <Table.Td>
                  {run.ended_at ? duration(Date.parse(run.ended_at) - Date.parse(run.created_at)) : ''}
                </Table.Td>
                <Table.Td>{run.started_by?.name ?? t('editor.runs.itself')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {query.hasNextPage && (
        <Button variant="default" mt="md" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('editor.runs.more')}
        </Button>
      )}
    </section>
  );
}
