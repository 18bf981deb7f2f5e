import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Config } from '@/core/graph/document';
import { api } from './client';
import { useList } from './pages';
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
