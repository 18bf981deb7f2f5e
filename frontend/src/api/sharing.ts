import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useWorkspace } from './session';
import type { Grant, Lack, Level, OpenRequest, Schemas, Sharing } from './types';
import { careful, isAsked } from './why';

/** Who has access to a workflow and why; only for those who may share it. */
export function useSharing(id: string) {
  return useQuery({
    queryKey: ['workflow', id, 'sharing'],
    queryFn: () => api.get<Sharing>(`workflows/${id}/grants`),
    staleTime: 0,
  });
}

/** People and teams it could be shared with, by a part of their name. */
export function useCandidates(id: string, search: string) {
  return useQuery({
    queryKey: ['workflow', id, 'candidates', search],
    queryFn: () => api.get<Schemas['Candidates']>(`workflows/${id}/grants/candidates`, { search }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

export interface NewGrant {
  user?: string;
  team?: string;
  level: Level;
  expires_at: string | null;
}

export type Act =
  | { do: 'share'; grant: NewGrant }
  | { do: 'change'; grant: string; level?: Level; expires_at?: string | null }
  | { do: 'remove'; grant: string }
  | { do: 'open'; access: Sharing['access'] }
  | { do: 'allow'; request: string; level: Level }
  | { do: 'decline'; request: string }
  | { do: 'transfer'; to: string };

/** Everything that can be done about the sharing of one workflow. */
export function useShare(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: Act): Promise<unknown> => send(id, act),
    onSuccess: (answer, act) => {
      if (isAsked(answer)) void client.invalidateQueries({ queryKey: ['requests'] });
      else if (act.do === 'open') {
        client.setQueryData<Sharing>(['workflow', id, 'sharing'], (known) => known && { ...known, access: act.access });
      }
      // Whoever gave the workflow away may not ask any more who has access.
      void client.invalidateQueries({ queryKey: ['workflow', id], exact: act.do === 'transfer' });
      void client.invalidateQueries({ queryKey: ['workflows'] });
      void client.invalidateQueries({ queryKey: ['access-requests'] });
    },
  });
}

function send(id: string, act: Act): Promise<unknown> {
  switch (act.do) {
    case 'share':
      return careful.post<Grant>(`workflows/${id}/grants`, act.grant);
    case 'change': {
      const { do: _, grant, ...changes } = act;
      return careful.patch<Grant>(`grants/${grant}`, changes);
    }
    case 'remove':
      return api.delete<void>(`grants/${act.grant}`);
    case 'open':
      return careful.put<void>(`workflows/${id}/access`, { access: act.access });
    case 'allow':
      return careful.post<Grant>(`access-requests/${act.request}`, { level: act.level });
    case 'decline':
      return api.delete<void>(`access-requests/${act.request}`);
    case 'transfer':
      return api.post<void>(`workflows/${id}/transfer`, { to: act.to });
  }
}

/** What somebody would lack if the workflow were theirs. */
export function useLacks(id: string, to: string | null) {
  return useQuery({
    queryKey: ['workflow', id, 'lacks', to],
    queryFn: () => api.get<Lack[]>(`workflows/${id}/transfer`, { to: to ?? '' }),
    enabled: to !== null,
    staleTime: 0,
  });
}

/** Asks the owner for access; the answer is the same whatever is behind the address. */
export function useAskForAccess(id: string) {
  return useMutation({
    mutationFn: (values: { level: Level; note: string }) => api.post<void>(`workflows/${id}/access-requests`, values),
  });
}

/** Who asks for access to something that the person may share. */
export function useOpenRequests() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['access-requests', id],
    queryFn: () => api.get<OpenRequest[]>(`workspaces/${id}/access-requests`),
  });
}
