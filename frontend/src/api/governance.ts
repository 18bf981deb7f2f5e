import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { address, api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type {
  AuditEvent,
  AuditFacets,
  Credential,
  CredentialTrial,
  HistoryEvent,
  Invitation,
  MatrixRow,
  Member,
  NewCredential,
  NewInvitation,
  Role,
  Schemas,
  Team,
  WorkspaceSettings,
} from './types';
import { careful, isAsked } from './why';

export interface MemberFilters {
  search?: string | undefined;
  role?: string | undefined;
}

export function useMembers(filters: MemberFilters = {}) {
  const workspace = useWorkspace();
  return useList<Member>(['members', workspace.id], `workspaces/${workspace.id}/members`, { ...filters });
}

export function useChangeRoles() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, roles }: { id: string; roles: Role[] }) => careful.patch<Member>(`members/${id}`, { roles }),
    onSuccess: () => renewMembers(client),
  });
}

/** Ends a membership. What the person owns goes to `heir`, or to nobody where that is null. */
export function useRemoveMember() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, heir }: { id: string; heir: string | null }) =>
      api.delete<void>(`members/${id}`, { hand_over_to: heir }),
    onSuccess: () => {
      renewMembers(client);
      for (const kind of ['workflows', 'assets', 'tasks', 'tokens']) {
        void client.invalidateQueries({ queryKey: [kind] });
      }
    },
  });
}

/** Nobody waits for it: the row from which something was done may be gone when the list is there again. */
function renewMembers(client: QueryClient): void {
  for (const kind of ['members', 'teams', 'session', 'requests']) void client.invalidateQueries({ queryKey: [kind] });
}

export type Belonging = Schemas['Belonging'];

/** What belongs to somebody here, and what becomes of it when they leave. */
export function useBelongings(member: string) {
  return useQuery({
    queryKey: ['belongings', member],
    queryFn: () => api.get<Belonging[]>(`members/${member}/belongings`),
    staleTime: 0,
  });
}

export function useTeams() {
  const workspace = useWorkspace();
  return useList<Team>(['teams', workspace.id], `workspaces/${workspace.id}/teams`);
}

/** A new team without `id`, else a change of one. */
export function useSaveTeam() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...values }: { id?: string | undefined; name: string; members: string[] }) =>
      id ? careful.patch<Team>(`teams/${id}`, values) : api.post<Team>(`workspaces/${workspace.id}/teams`, values),
    onSuccess: () => renewMembers(client),
  });
}

export function useDeleteTeam() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`teams/${id}`),
    onSuccess: () => renewMembers(client),
  });
}

export type GroupLine = Schemas['GroupRoles'];

/** What groups of the organisation may do here. */
export function useGroupRoles() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['group-roles', id],
    queryFn: () => api.get<GroupLine[]>(`workspaces/${id}/group-roles`),
  });
}

/** All lines at once. */
export function useSetGroupRoles() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (lines: GroupLine[]) => careful.put<GroupLine[]>(`workspaces/${id}/group-roles`, { lines }),
    onSuccess: (kept) => {
      if (isAsked(kept)) void client.invalidateQueries({ queryKey: ['requests'] });
      else client.setQueryData(['group-roles', id], kept);
    },
  });
}

/** Who can what: the table that the server goes by. */
export function useMatrix() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['matrix', id],
    queryFn: () => api.get<MatrixRow[]>(`workspaces/${id}/matrix`),
    staleTime: Number.POSITIVE_INFINITY,
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
      careful.post<NewInvitation>(`workspaces/${workspace.id}/invitations`, values),
    onSuccess: () =>
      Promise.all(['invitations', 'requests'].map((kind) => client.invalidateQueries({ queryKey: [kind] }))),
  });
}

export function useRevokeInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`invitations/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['invitations'] }),
  });
}

/** What the address of the audit page says, too. */
export interface AuditFilters {
  actor?: string | undefined;
  action?: string | undefined;
  object_type?: string | undefined;
  object_id?: string | undefined;
  result?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  topic?: string | undefined;
  token?: string | undefined;
  technical?: boolean | undefined;
}

export type ExportFormat = 'csv' | 'jsonl';

/** Where the entries that these filters leave are to be had as a file. */
export function useExportAddress(filters: AuditFilters): (format: ExportFormat) => string {
  const { id } = useWorkspace();
  return (format) => address(`/api/workspaces/${id}/audit/export`, { ...filters, format });
}

/** What was done to one thing, beside it. */
export function useHistory(kind: 'workflows' | 'runs', id: string) {
  return useList<HistoryEvent>(['history', kind, id], `${kind}/${id}/history`);
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
      careful.patch<Schemas['WorkspaceChanged']>(`workspaces/${workspace.id}`, values) as Promise<
        Schemas['WorkspaceChanged']
      >,
    onSuccess: (settings) => {
      client.setQueryData(['workspace', workspace.id], settings);
      void client.invalidateQueries({ queryKey: ['requests'] });
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

/** A secret takes the place of the one before; without one that stays. */
export function useChangeCredential() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...values }: { id: string } & Schemas['PatchedCredentialChange']) =>
      api.patch<Credential>(`credentials/${id}`, values),
    onSuccess: () => client.invalidateQueries({ queryKey: ['credentials'] }),
  });
}

export function useDeleteCredential() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.delete<void>(`credentials/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['credentials'] }),
  });
}
