import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Move, useMoves } from '@/api/asset-versions';
import type { AssetDetail } from '@/api/types';
import { dateTime } from '@/core/time';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import trail from '@/ui/trail.module.css';
import classes from './assets.module.css';

/** Which version each name has meant, newest first, and who moved it why. */
export function MovesList({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { rows, query } = useMoves(asset.id);
  return (
    <section className={classes.section} aria-labelledby="moves">
      <Title order={2} size="h4" id="moves">
        {t('assets.moves.title')}
      </Title>
      {query.error && rows.length === 0 && <ProblemAlert error={query.error} retry={() => void query.refetch()} />}
      {query.isPending && <Waiting lines={2} />}
      {!query.isPending && !query.error && rows.length === 0 && <Text c="dimmed">{t('assets.moves.empty')}</Text>}
      <ol className={trail.list} aria-labelledby="moves">
        {rows.map((move) => (
          <Moved key={move.id} move={move} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button
          size="compact-sm"
          variant="default"
          className={classes.more}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('ui.table.more')}
        </Button>
      )}
    </section>
  );
}

function Moved({ move }: { move: Move }) {
  const { t } = useTranslation();
  const { alias: name, before, after, by, reason } = move;
  const what = after ? (before ? 'moved' : 'given') : 'taken';
  return (
    <li className={trail.entry}>
      <Text fw={500}>
        {t(`assets.moves.${what}`, { name, before: before ?? '', after: after ?? '' })}{' '}
        {by ? t('assets.moves.by', { name: by.name }) : t('assets.moves.system')}
      </Text>
      <time className={trail.when} dateTime={move.at}>
        {dateTime(new Date(move.at))}
      </time>
      {reason && <div className={trail.reason}>{reason}</div>}
    </li>
  );
}
