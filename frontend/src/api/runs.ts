import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Run, RunCallDetail, RunEvent, RunRow, StepDetail } from './types';

export interface RunFilters {
  workflow?: string | undefined;
  status?: string | undefined;
  mode?: string | undefined;
  /** What started it. */
  how?: string | undefined;
  search?: string | undefined;
  since?: string | undefined;
  /** Failed, and nobody has repeated or put them aside. */
  dead?: boolean | undefined;
  /** Those that have not ended. */
  open?: boolean | undefined;
  /** The message they failed with. */
  problem?: string | undefined;
  /** Of workflows that say how many minutes a run saves. */
  saving?: boolean | undefined;
}

export function useRuns(filters: RunFilters & { page_size?: number } = {}) {
  const workspace = useWorkspace();
  return useList<RunRow>(['runs', workspace.id], `workspaces/${workspace.id}/runs`, { ...filters });
}

export function fetchRun(id: string): Promise<Run> {
  return api.get<Run>(`runs/${id}`);
}

export function fetchEvents(id: string, after: number): Promise<{ events: RunEvent[]; seq: number }> {
  return api.get(`runs/${id}/events`, { after });
}

/** `fresh` changes when the step changes, so that a running step is read again when it has ended. */
export const stepQuery = (run: string, step: number | null, fresh: string) =>
  queryOptions({
    queryKey: ['run', run, 'step', step, fresh],
    queryFn: () => api.get<StepDetail>(`runs/${run}/steps/${step}`),
    enabled: step !== null,
  });

export function useStep(run: string, step: number | null, fresh: string) {
  return useQuery({
    ...stepQuery(run, step, fresh),
    placeholderData: (before) => (before?.step === step ? before : undefined),
  });
}

/** The words of something that an agent did: what it gave, and what came back. */
export function useRunCall(run: string, seq: number, enabled: boolean) {
  return useQuery({
    queryKey: ['run', run, 'call', seq],
    queryFn: () => api.get<RunCallDetail>(`runs/${run}/calls/${seq}`),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
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
  /** Of a draft: the last step that runs. */
  until?: string | undefined;
  /** Of a draft: a run whose finished steps are taken over, as far as nothing has changed. */
  reuse?: string | undefined;
}

export function useStartRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ workflow, ...body }: StartRun) => api.post<{ id: string }>(`workflows/${workflow}/runs`, body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
}

/** Runs one step of the draft by itself, with samples and what earlier trials gave. */
export function useTestStep(workflow: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (node: string) => api.post<{ id: string }>(`workflows/${workflow}/steps/${node}/test`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
}

export function useCancelRun(id: string) {
  return useMutation({ mutationFn: (reason: string) => api.post<void>(`runs/${id}/cancel`, { reason }) });
}

/** Holds a run, or lets it go on. What is being done when it is held still ends. */
export function useHoldRun(id: string) {
  return useMutation({
    mutationFn: (verb: 'pause' | 'resume') =>
      api.post<void>(`runs/${id}/${verb}`, verb === 'pause' ? { reason: '' } : {}),
  });
}

export interface Repeat {
  version: 'original' | 'latest';
  /** Steps that are done are kept; it goes on at the failed one. */
  from_failed?: boolean;
  /** Outputs, by step, that take the place of those the run had. */
  corrected?: Record<string, unknown>;
}

export function useRepeatRun(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (repeat: Repeat) => api.post<{ id: string }>(`runs/${id}/repeat`, repeat),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
}

export interface ReviewAnswer {
  answer: 'retry' | 'done' | 'fail';
  note: string;
  /** What the step gave; only with `done`. */
  output?: unknown;
}

/** Says what became of a step whose outcome nobody knows. */
export function useReview(run: string, step: number) {
  return useMutation({
    mutationFn: (answer: ReviewAnswer) => api.post<void>(`runs/${run}/steps/${step}/review`, answer),
  });
}

/** Runs that a step of this one started, newest first. */
export function useChildren(run: string, enabled: boolean) {
  return useList<RunRow>(['runs', 'children', run], `runs/${run}/children`, {}, enabled);
}

export type BulkVerb = 'pause' | 'resume' | 'cancel' | 'retry' | 'dismiss';

interface BulkDone {
  done: string[];
  refused: { id: string; code: string; message: string }[];
}

/** How many runs one request may name. */
const BULK_MOST = 500;

export function useBulk() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ action, ids }: { action: BulkVerb; ids: string[] }) => {
      const all: BulkDone = { done: [], refused: [] };
      for (let from = 0; from < ids.length; from += BULK_MOST) {
        const part = { action, ids: ids.slice(from, from + BULK_MOST) };
        const { done, refused } = await api.post<BulkDone>(`workspaces/${workspace.id}/runs/bulk`, part);
        all.done.push(...done);
        all.refused.push(...refused);
      }
      return all;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
}
