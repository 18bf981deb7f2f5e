/** Where people are signed in. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import type { Schemas } from './types';

export type SignedIn = Schemas['SessionEntry'];

/** One's own, or those of a member for whoever manages people. */
const path = (member: string | null) => (member ? `members/${member}/sessions` : 'me/sessions');

export function useSignedIn(member: string | null) {
  return useQuery({
    queryKey: ['signed-in', member],
    queryFn: () => api.get<SignedIn[]>(path(member)),
    staleTime: 0,
  });
}

/** Ends one of them; without `id` all of a member's, or all of one's own but this one. */
export function useEndSessions(member: string | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id?: number) => api.delete<void>(id === undefined ? path(member) : `${path(member)}/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['signed-in'] }),
  });
}

/** A link with which a member sets a new password, for owners where no mail is sent. */
export function usePasswordLink() {
  return useMutation({
    mutationFn: (member: string) => api.post<{ address: string }>(`members/${member}/password-link`),
  });
}
