import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { AccessToken, NewAccessToken, TokenRequest } from './tokens';
import type { Role, Schemas, Verb } from './types';
import { careful, isAsked } from './why';

export type Right = Schemas['Right'];
export type Policy = Schemas['Policy'];
export type ServiceAccount = Schemas['ServiceAccount'];

/** What somebody may do with one thing, or anywhere in the workspace, and why. */
export type RightsOf =
  | { about: 'workflows' | 'assets'; id: string; user: string }
  | { about: 'members'; id: string; user?: undefined };

export function useRights({ about, id, user }: RightsOf) {
  return useQuery({
    queryKey: ['rights', about, id, user],
    queryFn: () => api.get<Right[]>(`${about}/${id}/rights`, user ? { user } : {}),
    staleTime: 0,
  });
}

/** Rules that take something away from somebody, whatever their roles. */
export function usePolicies() {
  const { id } = useWorkspace();
  return useList<Policy>(['policies', id], `workspaces/${id}/policies`);
}

export interface NewPolicy {
  user?: string;
  team?: string;
  role?: Role;
  verbs: Verb[];
  reason: string;
}

/** About everything in the workspace (null), or about one thing in it. */
export type PolicyAbout = { type: 'workflows' | 'assets'; id: string } | null;

export function useCreatePolicy() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ about, policy }: { about: PolicyAbout; policy: NewPolicy }) =>
      api.post<Policy>(about ? `${about.type}/${about.id}/policies` : `workspaces/${id}/policies`, policy),
    onSuccess: () => client.invalidateQueries({ queryKey: ['policies'] }),
  });
}

export function useLiftPolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (policy: string) => careful.delete<void>(`policies/${policy}`),
    onSuccess: (answer) => client.invalidateQueries({ queryKey: [isAsked(answer) ? 'requests' : 'policies'] }),
  });
}

/** All, for who sees the members; otherwise those one answers for. */
export function useServiceAccounts() {
  const { id } = useWorkspace();
  return useList<ServiceAccount>(['service-accounts', id], `workspaces/${id}/service-accounts`);
}

export interface ServiceAccountValues {
  name: string;
  purpose: string;
  roles: Role[];
  owner: string;
  review_on: string;
}

/** A new one without `id`, else a change of one. */
export function useSaveServiceAccount() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...values }: ServiceAccountValues & { id?: string | undefined }) =>
      id
        ? api.patch<ServiceAccount>(`service-accounts/${id}`, values)
        : api.post<ServiceAccount>(`workspaces/${workspace.id}/service-accounts`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['service-accounts'] }),
  });
}

export function useEndServiceAccount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`service-accounts/${id}`),
    onSuccess: () => {
      for (const kind of ['service-accounts', 'tokens']) void client.invalidateQueries({ queryKey: [kind] });
    },
  });
}

export function useAccountTokens(account: string) {
  return useList<AccessToken>(['tokens', 'account', account], `service-accounts/${account}/tokens`);
}

export function useCreateAccountToken(account: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: TokenRequest) => api.post<NewAccessToken>(`service-accounts/${account}/tokens`, values),
    onSuccess: () => {
      for (const kind of ['service-accounts', 'tokens']) void client.invalidateQueries({ queryKey: [kind] });
    },
  });
}
