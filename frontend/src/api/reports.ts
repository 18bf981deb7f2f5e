import { type UseInfiniteQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { address, api } from './client';
import { type List, useList } from './pages';
import { useWorkspace } from './session';
import type { Page, Schemas } from './types';

export type Manifest = Schemas['Manifest'];
export type Access = Schemas['AccessAt'];
export type SubjectRun = Schemas['SubjectRun'];

/** What stands in a column of a report: a text, a number, a time, nothing, or something with a page of its own. */
export type Cell = string | number | null | { type: string; id: string; name: string };

export interface ReportRow {
  id: string;
  cells: Record<string, Cell>;
}

/** Moments; `credential` and `run` narrow what left the house. */
export interface ReportFilters {
  since?: string | undefined;
  until?: string | undefined;
  credential?: string | undefined;
  run?: string | undefined;
}

export function useReport(report: string, filters: ReportFilters): List<ReportRow> {
  const { id } = useWorkspace();
  return useList<ReportRow>(['report', id, report], `workspaces/${id}/reports/${report}`, { ...filters });
}

/** Where the whole report is to be had as a file. */
export function useReportFile(report: string, filters: ReportFilters): string {
  const { id } = useWorkspace();
  return address(`/api/workspaces/${id}/reports/${report}/export`, { ...filters });
}

/** Who could do what at a moment; now, without one. */
export function useAccess(at: string | undefined, verb: string | undefined) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['access', id, at, verb],
    queryFn: () => api.get<Access>(`workspaces/${id}/access`, { at, verb }),
    placeholderData: (before) => before,
  });
}

/** Where the same is to be had as a file. */
export function useAccessFile(at: string | undefined, verb: string | undefined): string {
  const { id } = useWorkspace();
  return address(`/api/workspaces/${id}/access/export`, { at, verb });
}

export interface Sought {
  value: string;
  since?: string | undefined;
  until?: string | undefined;
}

/** The runs about a person or record. It is asked in a body, because addresses end up in logs. */
export function useRunsAbout(sought: Sought | null): List<SubjectRun> {
  const { id } = useWorkspace();
  const query = useInfiniteQuery({
    queryKey: ['about', id, sought],
    queryFn: ({ pageParam }) =>
      api.post<Page<SubjectRun>>(address(`workspaces/${id}/runs/about`, { cursor: pageParam }), sought),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: sought !== null,
    gcTime: 0,
  });
  return {
    rows: query.data?.pages.flatMap((page) => page.results) ?? [],
    count: query.data?.pages[0]?.count ?? 0,
    query: query as UseInfiniteQueryResult,
  };
}

/** What a run was made of, and whether its result can be had once more. */
export function useManifest(run: string) {
  return useQuery({ queryKey: ['manifest', run], queryFn: () => api.get<Manifest>(`runs/${run}/manifest`) });
}
