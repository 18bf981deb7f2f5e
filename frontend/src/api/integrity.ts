import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { useList } from './pages';
import { useWorkspace } from './session';
import type { Schemas } from './types';

export type AuditCheck = Schemas['AuditCheck'];
export type Integrity = Schemas['Integrity'];
export type FormerPerson = Schemas['FormerPerson'];

const LOOK_AGAIN_MS = 1000;

/** How the trail is kept: from which entry to which, signed up to where. */
export function useIntegrity() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['integrity', id],
    queryFn: () => api.get<Integrity>(`workspaces/${id}/audit/integrity`),
  });
}

export function isOpen(check: AuditCheck): boolean {
  return check.state === 'asked' || check.state === 'running';
}

/** The verifications, the newest first; looked at again while one is under way. */
export function useAuditChecks() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  const list = useList<AuditCheck>(['audit-checks', id], `workspaces/${id}/audit/checks`);
  const open = list.rows.find(isOpen)?.id ?? null;
  useQuery({
    queryKey: ['audit-check-progress', open],
    queryFn: async () => {
      await client.invalidateQueries({ queryKey: ['audit-checks', id] });
      await client.invalidateQueries({ queryKey: ['integrity', id] });
      return Date.now();
    },
    enabled: open !== null,
    refetchInterval: LOOK_AGAIN_MS,
  });
  return list;
}

export function useCheckTrail() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<AuditCheck>(`workspaces/${id}/audit/checks`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['audit-checks', id] }),
  });
}

export function useEvidenceAddress(): string {
  const { id } = useWorkspace();
  return `/api/workspaces/${id}/audit/evidence`;
}

export function useFormerPeople() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ['former-people', id],
    queryFn: () => api.get<FormerPerson[]>(`workspaces/${id}/former-people`),
  });
}

/** Removes somebody's names and addresses from the trail, for good. */
export function useErasePerson() {
  const { id } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (values: Schemas['Erasure']) => api.post<Schemas['PersonErased']>(`workspaces/${id}/erasures`, values),
    // Their name may stand on any page that was read before.
    onSuccess: () => client.invalidateQueries(),
  });
}
