import { Button, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dateTime } from '@/core/time';
import type { TrailEntry } from '@/core/trail';
import { Waiting } from './data-table';
import { EmptyState } from './empty-state';
import { ProblemAlert } from './problem-alert';
import classes from './trail.module.css';
import { Changes } from './trail-values';
import { useSentence } from './use-sentence';

interface HistoryProps {
  label: string;
  rows: readonly TrailEntry[];
  query: {
    isPending: boolean;
    error: unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
    refetch: () => unknown;
  };
  /** A way to the whole trail, for those who may read it. */
  whole?: ReactNode;
}

/** What was done to one thing, beside it: the newest first, one sentence each, with what was different. */
export function History({ label, rows, query, whole }: HistoryProps) {
  const { t } = useTranslation();
  const { sentence } = useSentence();
  if (query.error && rows.length === 0) return <ProblemAlert error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <Waiting />;
  if (rows.length === 0) return <EmptyState icon={IconHistory} title={t('audit.history.empty')} />;
  return (
    <>
      <ol className={classes.list} aria-label={label}>
        {rows.map((entry) => (
          <li key={entry.seq} className={classes.entry} data-result={entry.result}>
            <Text fw={500}>{sentence(entry)}</Text>
            <time className={classes.when} dateTime={entry.at}>
              {dateTime(new Date(entry.at))}
            </time>
            {entry.reason && <div className={classes.reason}>{entry.reason}</div>}
            <div className={classes.inside}>
              <Changes entry={entry} />
            </div>
          </li>
        ))}
      </ol>
      {query.hasNextPage && (
        <Button
          size="compact-sm"
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('ui.table.more')}
        </Button>
      )}
      {whole}
    </>
  );
}
