import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Notification } from './types';

/** What the person was told of and has not put away yet, the newest first. */
export function useNotifications() {
  const { id } = useWorkspace();
  return useList<Notification>(['notifications', id], `workspaces/${id}/notifications`, { unread: true });
}

/** Puts away what was seen: what came later stays. */
export function useClearNotifications() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (until: string) => api.post(`workspaces/${id}/notifications/read`, { until }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['notifications'] }),
  });
}
