import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import type { Schemas } from './types';
import { careful } from './why';

export type AssetGrant = Schemas['AssetGrant'];
export type AssetLevel = Schemas['AssetLevel'];

/** By name; only for those who may share it. */
export function useAssetGrants(id: string, enabled = true) {
  return useQuery({
    queryKey: ['asset', id, 'grants'],
    queryFn: () => api.get<AssetGrant[]>(`assets/${id}/grants`),
    staleTime: 0,
    enabled,
  });
}

/** People and teams it could be shared with, by a part of their name. */
export function useAssetCandidates(id: string, search: string, enabled = true) {
  return useQuery({
    queryKey: ['asset', id, 'candidates', search],
    queryFn: () => api.get<Schemas['AssetCandidates']>(`assets/${id}/grants/candidates`, { search }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    enabled,
  });
}

export type AssetSharing =
  | {
      do: 'share';
      grant: { user?: string | undefined; team?: string | undefined; level: AssetLevel; expires_at: string | null };
    }
  | { do: 'change'; grant: string; level?: AssetLevel; expires_at?: string | null }
  | { do: 'remove'; grant: string };

/** Everything that can be done about the sharing of one asset. */
export function useShareAsset(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: AssetSharing): Promise<unknown> => send(id, act),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['asset', id] });
      void client.invalidateQueries({ queryKey: ['requests'] });
    },
  });
}

function send(id: string, act: AssetSharing): Promise<unknown> {
  switch (act.do) {
    case 'share':
      return careful.post<AssetGrant>(`assets/${id}/grants`, act.grant);
    case 'change': {
      const { do: _, grant, ...changes } = act;
      return careful.patch<AssetGrant>(`asset-grants/${grant}`, changes);
    }
    case 'remove':
      return api.delete<void>(`asset-grants/${act.grant}`);
  }
}
