import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import type { NewGrant } from './sharing';
import type { Grant, Level, Schemas } from './types';
import { careful } from './why';

/** Whom a folder is shared with; only for those who may share it. */
export function useFolderGrants(id: string) {
  return useQuery({
    queryKey: ['folder', id, 'grants'],
    queryFn: () => api.get<Grant[]>(`folders/${id}/grants`),
    staleTime: 0,
  });
}

/** People and teams it could be shared with, by a part of their name. */
export function useFolderCandidates(id: string, search: string) {
  return useQuery({
    queryKey: ['folder', id, 'candidates', search],
    queryFn: () => api.get<Schemas['Candidates']>(`folders/${id}/grants/candidates`, { search }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

export type FolderSharing =
  | { do: 'share'; grant: NewGrant }
  | { do: 'change'; grant: string; level?: Level; expires_at?: string | null }
  | { do: 'remove'; grant: string };

/** Everything that can be done about the sharing of one folder. */
export function useShareFolder(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: FolderSharing): Promise<unknown> => send(id, act),
    onSuccess: () => {
      for (const kind of ['folder', 'workflows', 'requests']) void client.invalidateQueries({ queryKey: [kind] });
    },
  });
}

function send(id: string, act: FolderSharing): Promise<unknown> {
  switch (act.do) {
    case 'share':
      return careful.post<Grant>(`folders/${id}/grants`, act.grant);
    case 'change': {
      const { do: _, grant, ...changes } = act;
      return careful.patch<Grant>(`folder-grants/${grant}`, changes);
    }
    case 'remove':
      return api.delete<void>(`folder-grants/${act.grant}`);
  }
}
