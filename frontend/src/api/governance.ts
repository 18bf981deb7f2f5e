import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type {
  AuditEvent,
  AuditFacets,
  Credential,
  CredentialTrial,
  Invitation,
  Member,
  NewCredential,
  NewInvitation,
  Role,
  WorkspaceSettings,
} from './types';

export function useMembers() {
  const workspace = useWorkspace();
  return useList<Member>(['members', workspace.id], `workspaces/${workspace.id}/members`);
}

export function useMemberVerb() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, roles }: { id: string; roles: Role[] | null }) =>
      roles === null ? api.delete<void>(`members/${id}`) : api.patch<void>(`members/${id}`, { roles }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['members'] }),
        client.invalidateQueries({ queryKey: ['session'] }),
      ]),
  });
}

export function useInvitations() {
  const workspace = useWorkspace();
  return useList<Invitation>(['invitations', workspace.id], `workspaces/${workspace.id}/invitations`);
}

export function useInvite() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: { email: string; roles: Role[] }) =>
      api.post<NewInvitation>(`workspaces/${workspace.id}/invitations`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['invitations'] }),
  });
}

export function useRevokeInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`invitations/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['invitations'] }),
  });
}

export interface AuditFilters {
  actor?: string | undefined;
  action?: string | undefined;
  object_type?: string | undefined;
  object_id?: string | undefined;
  result?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

export function useAuditEvents(filters: AuditFilters) {
  const workspace = useWorkspace();
  return useList<AuditEvent>(['audit', workspace.id], `workspaces/${workspace.id}/audit-events`, { ...filters });
}

export function useAuditFacets() {
  const workspace = useWorkspace();
  return useQuery({
    queryKey: ['audit-facets', workspace.id],
    queryFn: () => api.get<AuditFacets>(`workspaces/${workspace.id}/audit-facets`),
  });
}

export function useWorkspaceSettings() {
  const { id } = useWorkspace();
  return useQuery({ queryKey: ['workspace', id], queryFn: () => api.get<WorkspaceSettings>(`workspaces/${id}`) });
}

export function useEditWorkspace() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: Partial<Omit<WorkspaceSettings, 'id'>>) =>
      api.patch<WorkspaceSettings>(`workspaces/${workspace.id}`, values),
    onSuccess: (settings) => {
      client.setQueryData(['workspace', workspace.id], settings);
      return client.invalidateQueries({ queryKey: ['session'] });
    },
  });
}

export function useCredentials(enabled = true) {
  const workspace = useWorkspace();
  return useList<Credential>(['credentials', workspace.id], `workspaces/${workspace.id}/credentials`, {}, enabled);
}

export function useAddCredential() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: NewCredential) => api.post<Credential>(`workspaces/${workspace.id}/credentials`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['credentials'] }),
  });
}

/** Reads one address with a connection, to see whether the other system lets it in. */
export function useTryCredential() {
  return useMutation({
    mutationFn: ({ id, address }: { id: string; address: string }) =>
      api.post<CredentialTrial>(`credentials/${id}/trial`, { address }),
  });
}

export function useDeleteCredential() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`credentials/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['credentials'] }),
  });
}
