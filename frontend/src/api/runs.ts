import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Run, RunEvent, RunItem, StepDetail } from './types';

export interface RunFilters {
  workflow?: string | undefined;
  status?: string | undefined;
  mode?: string | undefined;
  since?: string | undefined;
}

export function useRuns(filters: RunFilters & { page_size?: number } = {}) {
  const workspace = useWorkspace();
  return useList<RunItem>(['runs', workspace.id], `workspaces/${workspace.id}/runs`, { ...filters });
}

export function fetchRun(id: string): Promise<Run> {
  return api.get<Run>(`runs/${id}`);
}

export function fetchEvents(id: string, after: number): Promise<{ events: RunEvent[]; seq: number }> {
  return api.get(`runs/${id}/events`, { after });
}

/** `fresh` changes when the step changes, so that a running step is read again when it has ended. */
export function useStep(run: string, step: number | null, fresh: string) {
  return useQuery({
    queryKey: ['run', run, 'step', step, fresh],
    queryFn: () => api.get<StepDetail>(`runs/${run}/steps/${step}`),
    enabled: step !== null,
    placeholderData: (before) => (before?.step === step ? before : undefined),
  });
}

/** The latest output of each step by its key: what formulas are completed and previewed with. */
export function useRunValues(run: string | null) {
  return useQuery({
    queryKey: ['run', run, 'values'],
    queryFn: () => api.get<Record<string, unknown>>(`runs/${run}/values`),
    enabled: run !== null,
  });
}

export interface StartRun {
  workflow: string;
  start?: string | undefined;
  input?: Record<string, unknown> | undefined;
  /** Id of an uploaded file. */
  file?: string | undefined;
  draft?: boolean | undefined;
}

export function useStartRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ workflow, ...body }: StartRun) => api.post<{ id: string }>(`workflows/${workflow}/runs`, body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
}

export function useCancelRun(id: string) {
  return useMutation({ mutationFn: (reason: string) => api.post<void>(`runs/${id}/cancel`, { reason }) });
}

export function useRepeatRun(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (version: 'original' | 'latest') => api.post<{ id: string }>(`runs/${id}/repeat`, { version }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
}
