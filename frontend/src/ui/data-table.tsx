import { Button, Checkbox, Skeleton, Table, Text } from '@mantine/core';
import { type ComponentPropsWithoutRef, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './data-table.module.css';
import { ProblemAlert } from './problem-alert';
import type { Chosen } from './use-chosen';

export interface Column<T> {
  key: string;
  header: string;
  cell: (row: T) => ReactNode;
  width?: number | string;
  /** Left out on a phone; what it says then stands in another cell. */
  wide?: boolean;
  /** The header is for screen readers only. */
  quietHeader?: boolean;
}

interface DataTableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  /** How many there are in all. */
  count?: number | string;
  query: {
    isPending: boolean;
    isPlaceholderData?: boolean;
    error: unknown;
    hasNextPage?: boolean;
    isFetchingNextPage?: boolean;
    fetchNextPage?: () => unknown;
    refetch: () => unknown;
  };
  /** Shown instead of a table without rows. */
  empty: ReactNode;
  selected?: string | null;
  /** Rows can be chosen, several at once. */
  choice?: { chosen: Chosen; nameOf: (row: T) => string };
  /** What else a row is, e.g. something that can be dragged. */
  rowProps?: (row: T) => ComponentPropsWithoutRef<'tr'>;
}

/** So far before its end comes into sight the list grows. */
const AHEAD = '600px';

export function DataTable<T>({
  label,
  columns,
  rows,
  rowKey,
  count,
  query,
  empty,
  selected,
  choice,
  rowProps,
}: DataTableProps<T>) {
  const { t } = useTranslation();
  const end = useGrowing(query);
  if (query.error && rows.length === 0) return <ProblemAlert error={query.error} retry={() => void query.refetch()} />;
  if (query.isPending) return <Waiting />;
  if (rows.length === 0) return <div className={classes.frame}>{empty}</div>;
  return (
    <div className={classes.frame}>
      <div className={classes.scroll}>
        <Table className={classes.table} aria-label={label} aria-busy={query.isPlaceholderData || undefined}>
          <Table.Thead>
            <Table.Tr>
              {choice && <ChooseAll chosen={choice.chosen} keys={rows.map(rowKey)} />}
              {columns.map((column) => (
                <Table.Th key={column.key} scope="col" w={column.width} data-wide={column.wide || undefined}>
                  {column.quietHeader ? <span className={classes.hidden}>{column.header}</span> : column.header}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr
                key={rowKey(row)}
                data-selected={selected === rowKey(row) || undefined}
                {...(rowProps?.(row) ?? {})}
              >
                {choice && (
                  <Table.Td w={44}>
                    <Checkbox
                      size="xs"
                      aria-label={t('ui.table.choose', { name: choice.nameOf(row) })}
                      checked={choice.chosen.has(rowKey(row))}
                      onChange={() => choice.chosen.toggle(rowKey(row))}
                    />
                  </Table.Td>
                )}
                {columns.map((column, index) => (
                  <Table.Td key={column.key} data-main={index === 0 || undefined} data-wide={column.wide || undefined}>
                    {column.cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {(count !== undefined || query.hasNextPage) && (
        <div className={classes.foot} ref={end}>
          <Text size="xs" c="dimmed" role="status">
            {t('ui.table.shown', { shown: rows.length, total: count ?? rows.length })}
          </Text>
          {query.hasNextPage && (
            <Button
              size="compact-sm"
              variant="default"
              loading={query.isFetchingNextPage ?? false}
              onClick={() => void query.fetchNextPage?.()}
            >
              {t('ui.table.more')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** Loads the next page when the end of the list comes near; the button does the same for who does not scroll. */
function useGrowing({ hasNextPage, isFetchingNextPage, fetchNextPage, error }: DataTableProps<unknown>['query']) {
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(fetchNextPage);
  more.current = fetchNextPage;
  // After a failure it is for the person to try again.
  const growing = hasNextPage === true && !isFetchingNextPage && !error;
  useEffect(() => {
    const last = end.current;
    if (!growing || !last) return;
    let left = false;
    const observer = new IntersectionObserver(
      async (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        await more.current?.();
        if (left) return;
        // News of the list cancel what was asked for: who still stands at its end asks again.
        observer.unobserve(last);
        observer.observe(last);
      },
      { rootMargin: AHEAD },
    );
    observer.observe(last);
    return () => {
      left = true;
      observer.disconnect();
    };
  }, [growing]);
  return end;
}

function ChooseAll({ chosen, keys }: { chosen: Chosen; keys: string[] }) {
  const { t } = useTranslation();
  const all = keys.every((key) => chosen.has(key));
  return (
    <Table.Th scope="col" w={44}>
      <Checkbox
        size="xs"
        aria-label={t('ui.table.chooseAll')}
        checked={all}
        indeterminate={!all && chosen.keys.length > 0}
        onChange={() => chosen.toggleAll(keys)}
      />
    </Table.Th>
  );
}

/** Nothing for the first 300 ms, then the outline of what is coming. */
export function Waiting({ lines = 5 }: { lines?: number }) {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={classes.waiting} aria-busy="true">
      {late && <span className={classes.hidden}>{t('ui.loading')}</span>}
      {late && Array.from({ length: lines }, (_, index) => <Skeleton key={String(index)} height={28} radius="sm" />)}
    </div>
  );
}
