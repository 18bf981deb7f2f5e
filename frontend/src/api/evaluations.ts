import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { titled } from '@/core/server-words';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Asset, AssetDetail, Evaluation, EvaluationItem, FileRef, ReportComparison, Schemas } from './types';

const LOOK_AGAIN_MS = 1500;

export function isUnderWay(state: EvaluationItem['state']): boolean {
  return state === 'queued' || state === 'running';
}

/** How the versions of an asset were measured, the newest first; looked at again while one is under way. */
export function useEvaluations(asset: string) {
  const list = useList<EvaluationItem>(['evaluations', asset], `assets/${asset}/evaluations`);
  const open = list.rows.find((row) => isUnderWay(row.state))?.id ?? null;
  const client = useQueryClient();
  useQuery({
    queryKey: ['evaluation-progress', open],
    queryFn: async () => {
      await client.invalidateQueries({ queryKey: ['evaluations', asset] });
      return Date.now();
    },
    enabled: open !== null,
    refetchInterval: LOOK_AGAIN_MS,
  });
  return list;
}

export function useEvaluation(id: string) {
  return useQuery({
    queryKey: ['evaluation', id],
    queryFn: () => api.get<Evaluation>(`evaluations/${id}`),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data.state) ? LOOK_AGAIN_MS : false),
  });
}

/** Whether one version is better than another; both were measured by the same rows. */
export function useReportComparison(after: string | null, before: string | null) {
  return useQuery({
    queryKey: ['report-comparison', after, before],
    queryFn: () => api.get<ReportComparison>(`evaluations/${after}/compare`, { before }),
    enabled: after !== null && before !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useEvaluate(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: Schemas['NewEvaluation']) => api.post<EvaluationItem>(`assets/${asset}/evaluations`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['evaluations', asset] }),
  });
}

export function useStopEvaluation(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post<EvaluationItem>(`evaluations/${id}/stop`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['evaluations', asset] }),
  });
}

/** Those that a model can be measured by. */
export function useDataSets(enabled = true) {
  const { id } = useWorkspace();
  const list = useList<Asset>(['assets', id], `workspaces/${id}/assets`, { kind: 'data_set', page_size: 100 }, enabled);
  return { ...list, rows: list.rows.map(titled) };
}

/** From now on the versions of the asset are measured by this data set. */
export function useChooseDataSet(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (chosen: string | null) => api.patch<AssetDetail>(`assets/${asset}`, { evaluation_set: chosen }),
    onSuccess: (shown) => client.setQueryData(['asset', asset], shown),
  });
}

/** What the answers of language models are graded by, and who grades. */
export interface Rubric {
  rubric: string[];
  judge: string;
}

export interface NewRows {
  file: File;
  target: string | null;
  rubric: Rubric | null;
}

const settings = ({ target, rubric }: NewRows) => ({ ...(target ? { target } : {}), ...rubric });

/** A file becomes a new version of a data set. Its columns and rows are read by the server. */
export function useAddRows(asset: string) {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (rows: NewRows) => {
      const stored = await api.upload<FileRef>(`workspaces/${id}/artifacts`, rows.file);
      const version = { artifact: stored.file_id, config: settings(rows) };
      return api.post<Schemas['AssetVersion']>(`assets/${asset}/versions`, version);
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['asset', asset] }),
  });
}

export interface NewDataSet extends NewRows {
  title: string;
  name: string;
}

/** A data set with its first rows, live at once. */
export function useAddDataSet() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ title, name, ...rows }: NewDataSet) => {
      const stored = await api.upload<FileRef>(`workspaces/${id}/artifacts`, rows.file);
      const version = { artifact: stored.file_id, config: settings(rows) };
      return api.post<AssetDetail>(`workspaces/${id}/assets`, { kind: 'data_set', title, name, version });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['assets'] }),
  });
}
