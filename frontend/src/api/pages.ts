import { type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type Query } from './client';
import type { Page } from './types';

export interface List<T> {
  rows: T[];
  count: Page<T>['count'];
  query: UseInfiniteQueryResult;
}

/** A list that grows page by page. `key` starts with the kind of thing, so that sockets can mark it as old. */
export function useList<T>(key: readonly unknown[], path: string, filters: Query = {}, enabled = true): List<T> {
  const query = useInfiniteQuery({
    queryKey: [...key, filters],
    queryFn: ({ pageParam, signal }) => api.get<Page<T>>(path, { ...filters, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
    enabled,
  });
  return {
    rows: query.data?.pages.flatMap((page) => page.results) ?? [],
    count: query.data?.pages[0]?.count ?? 0,
    query: query as UseInfiniteQueryResult,
  };
}

/** All rows, page after page: to search in what the server does not search itself. */
export function useAllRows<T>({ rows, query }: List<T>): T[] {
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  return rows;
}
