import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Config } from '@/core/graph/document';
import { api } from './client';
import { useList } from './pages';

/** The clock of a start step, as it is live. */
export interface Schedule {
  node: string;
  words: string;
  next: string[];
  time_zone: string;
  /** Nothing starts it, because the workflow is not live. */
  paused: boolean;
}

export interface Occurrence {
  scheduled_for: string;
  state: string;
  reason: string;
  run: string | null;
}

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
  const rule = Object.fromEntries(Object.entries(config).filter(([key]) => RULE.includes(key)));
  return useQuery({
    queryKey: ['schedule-preview', rule],
    queryFn: () => api.post<{ words: string; next: string[] }>('schedules/preview', rule),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
}

/** The form of a start step, as it is live. */
export interface FormLink {
  node: string;
  /** Null until it is published. */
  address: string | null;
  who: 'public' | 'workspace';
}

export function useForms(workflow: string) {
  return useQuery({
    queryKey: ['workflow', workflow, 'forms'],
    queryFn: () => api.get<FormLink[]>(`workflows/${workflow}/forms`),
  });
}
