import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { useWorkspace } from './session';
import type { Schemas } from './types';

export type Trust = Schemas['Trust'];
export type TrustAlert = Schemas['TrustAlert'];
export type Health = Schemas['Health'];

const LOOK_AGAIN_MS = 60_000;
const FRESH_MS = 10_000;

/** How keys, trail and backups stand, and which sign-ins were refused. */
export function useTrust() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['trust', id],
    queryFn: () => api.get<Trust>(`workspaces/${id}/trust`),
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** What of it does not stand well. */
export function useTrustAlerts(enabled: boolean) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['trust-alerts', id],
    queryFn: () => api.get<TrustAlert[]>(`workspaces/${id}/trust/alerts`),
    enabled,
  });
}

/** Workers, lines, and the last thirty days. */
export function useHealth() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['health', id],
    queryFn: () => api.get<Health>(`workspaces/${id}/health`),
    refetchInterval: FRESH_MS,
  });
}
