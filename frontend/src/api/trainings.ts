import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TableColumn } from '@/core/training';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Asset, Page, Training } from './types';

/** Where the rows to learn from are. */
export type RowsFrom = { file: string } | { data_set: string };

export interface TableOf {
  source: string;
  rows: number;
  columns: TableColumn[];
}

export interface NewTraining {
  from: RowsFrom;
  target: string;
  parameters: Record<string, unknown>;
}

/** The newest first. The workspace's socket says when one has come further. */
export function useTrainings(asset: string) {
  return useList<Training>(['trainings', asset], `assets/${asset}/trainings`);
}

export function useTable(asset: string) {
  return useMutation({ mutationFn: (from: RowsFrom) => api.post<TableOf>(`assets/${asset}/table`, from) });
}

/** The data sets of the workspace that have rows. */
export function useDataSets() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['assets', id, 'data-sets'],
    queryFn: () => api.get<Page<Asset>>(`workspaces/${id}/assets`, { kind: 'data_set', page_size: 100 }),
    select: (page) => page.results.filter((one) => one.live !== null),
  });
}

export function useStartTraining(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ from, ...rest }: NewTraining) =>
      api.post<Training>(`assets/${asset}/trainings`, { ...from, ...rest }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['trainings', asset] }),
  });
}

export function useStopTraining(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post(`trainings/${id}/stop`),
    onSettled: () => client.invalidateQueries({ queryKey: ['trainings', asset] }),
  });
}
