import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from './client';
import { useWorkspace } from './session';
import type { Figures, NextSchedule } from './types';

export function useFigures() {
  const workspace = useWorkspace();
  return useQuery({
    queryKey: ['figures', workspace.id],
    queryFn: () => api.get<Figures>(`workspaces/${workspace.id}/figures`),
  });
}

/** What starts by the clock next. */
export function useNextSchedules() {
  const { language } = useTranslation().i18n;
  const workspace = useWorkspace();
  return useQuery({
    queryKey: ['schedules', workspace.id, 'next', language],
    queryFn: () => api.get<NextSchedule[]>(`workspaces/${workspace.id}/schedules/next?language=${language}`),
    refetchInterval: 60_000,
  });
}
