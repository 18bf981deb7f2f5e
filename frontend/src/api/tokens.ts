import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Schemas } from './types';

export type AccessToken = Schemas['AccessToken'];
export type NewAccessToken = Schemas['NewAccessToken'];
export type Scope = Schemas['TokenScope'];

/** One's own. */
export function useTokens() {
  const { id } = useWorkspace();
  return useList<AccessToken>(['tokens', id, 'own'], `workspaces/${id}/tokens`);
}

/** Everybody's, for who looks after the people. */
export function useAllTokens() {
  const { id } = useWorkspace();
  return useList<AccessToken>(['tokens', id, 'all'], `workspaces/${id}/all-tokens`);
}

export interface TokenRequest {
  name: string;
  scopes: Scope[];
  expires_at: string;
  /** Addresses and networks it opens from; none: from anywhere. */
  networks: string[];
}

export function useCreateToken() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: TokenRequest) => api.post<NewAccessToken>(`workspaces/${id}/tokens`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => api.delete<void>(`tokens/${token}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
}
