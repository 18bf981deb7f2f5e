import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useCan, useWorkspace } from './session';
import type { Alert, Watch, WatchLimits } from './types';

/** What was found when the latest calls of an asset were looked at. The workspace's socket says when it is old. */
export function useWatch(asset: string) {
  return useQuery({ queryKey: ['watch', asset], queryFn: () => api.get<Watch>(`assets/${asset}/watch`) });
}

export function useChangeWatch(asset: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (limits: WatchLimits) => api.patch<Watch>(`assets/${asset}/watch`, limits),
    onSuccess: (watch) => client.setQueryData(['watch', asset], watch),
  });
}

export function useLookNow(asset: string) {
  return useMutation({ mutationFn: () => api.post(`assets/${asset}/watch/now`) });
}

export function useAlerts(asset: string) {
  return useList<Alert>(['alerts', asset], `assets/${asset}/alerts`);
}

/** What nobody has seen yet, of the assets that one looks after. */
export function useUnseenAlerts() {
  const { id } = useWorkspace();
  const sees = useCan('asset:read');
  return useList<Alert>(['alerts', id], `workspaces/${id}/alerts`, {}, sees);
}

export function useSeeAlert() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post(`alerts/${id}/see`),
    onSettled: () => client.invalidateQueries({ queryKey: ['alerts'] }),
  });
}
