import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Config } from '@/core/graph/document';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Schemas } from './types';

export type Schedule = Schemas['Schedule'];
export type Occurrence = Schemas['Occurrence'];

export function useSchedules(workflow: string) {
  return useQuery({
    queryKey: ['workflow', workflow, 'schedules'],
    queryFn: () => api.get<Schedule[]>(`workflows/${workflow}/schedules`),
  });
}

export function useOccurrences(workflow: string, node: string) {
  const path = `workflows/${workflow}/schedules/${node}/occurrences`;
  return useList<Occurrence>(['workflow', workflow, 'occurrences', node], path, { page_size: 5 });
}

const RULE = ['kind', 'every', 'unit', 'at', 'weekdays', 'month_days', 'last_day', 'cron', 'time_zone'];

/** A rule in words and the next five times that follow from it. */
export function useSchedulePreview(config: Config) {
  const { language } = useTranslation().i18n;
  const rule = Object.fromEntries(Object.entries(config).filter(([key]) => RULE.includes(key)));
  return useQuery({
    queryKey: ['schedule-preview', rule, language],
    queryFn: () => api.post<Schemas['Preview']>(`schedules/preview?language=${language}`, rule),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
}

/** The forms of a workflow with the addresses to pass on. */
export function useForms(workflow: string) {
  return useQuery({
    queryKey: ['workflow', workflow, 'forms'],
    queryFn: () => api.get<Schemas['FormAddress'][]>(`workflows/${workflow}/forms`),
  });
}

/** Whether no other start of the workspace has this path. */
export function usePathIsFree(workflow: string, node: string, path: string) {
  return useQuery({
    queryKey: ['workflow', workflow, 'path', node, path],
    queryFn: () => api.get<Schemas['Path']>(`workflows/${workflow}/links/${node}/path`, { path }),
    select: (answer) => answer.free,
    enabled: path !== '',
    staleTime: 0,
    retry: false,
  });
}

const LOOK_MS = 1_000;

/** Waiting for a test call of an incoming link; while it is `wanted`, it is asked again and again whether one came. */
export function useListening(workflow: string, node: string, wanted: boolean) {
  const client = useQueryClient();
  const address = `workflows/${workflow}/links/${node}/listening`;
  const key = ['workflow', workflow, 'listening', node];
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => api.get<Schemas['Listening']>(address),
    enabled: wanted,
    refetchInterval: LOOK_MS,
    retry: false,
  });
  const start = useMutation({
    mutationFn: () => api.post<Schemas['Listening']>(address),
    onSuccess: (listening) => client.setQueryData(key, listening),
  });
  const stop = useMutation({
    mutationFn: () => api.delete<void>(address),
    onSuccess: () => client.removeQueries({ queryKey: key }),
  });
  return { listening: data, start, stop };
}

/** One start of a published workflow. */
export type Start = Schemas['Start'];

/** Everything that starts workflows by itself. Runs change it, so it is as old as the lists of runs. */
export function useStarts() {
  const { id } = useWorkspace();
  return useQuery({ queryKey: ['runs', 'starts', id], queryFn: () => api.get<Start[]>(`workspaces/${id}/starts`) });
}

export type StartDeed = 'pause' | 'resume' | 'catch-up';

export function useStartDeed() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ start, deed }: { start: Start; deed: StartDeed }) =>
      api.post<Schemas['CaughtUp'] | undefined>(`workflows/${start.workflow.id}/starts/${start.node}/${deed}`),
    onSettled: (_answer, _error, { start }) =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['runs'] }),
        client.invalidateQueries({ queryKey: ['workflow', start.workflow.id] }),
      ]),
  });
}
