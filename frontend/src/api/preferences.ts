import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api } from './client';
import { sessionQuery, useUser } from './session';
import type { Preferences, Session } from './types';

/** Changes name or preferences of the person who is signed in; what is left out stays. */
export function useEditProfile() {
  const client = useQueryClient();
  const lay = (change: (user: NonNullable<Session['user']>) => NonNullable<Session['user']>) =>
    client.setQueryData<Session>(sessionQuery.queryKey, (session) =>
      session?.user ? { ...session, user: change(session.user) } : session,
    );
  return useMutation({
    mutationFn: (changes: { name?: string; preferences?: Preferences }) =>
      api.patch<NonNullable<Session['user']>>('me', changes),
    // A preference is seen at once: it concerns nobody else, and a refusal puts things back.
    onMutate: ({ preferences }) => {
      const before = client.getQueryData<Session>(sessionQuery.queryKey);
      if (preferences) lay((user) => ({ ...user, preferences: { ...user.preferences, ...preferences } }));
      return before;
    },
    onError: (_error, _changes, before) => client.setQueryData(sessionQuery.queryKey, before),
    onSuccess: (user) => lay(() => user),
  });
}

export function usePreferences(): Preferences {
  return useUser().preferences;
}

/** One preference and how to change it; undefined until the person has chosen. */
export function usePreference<K extends keyof Preferences>(key: K): [Preferences[K], (value: Preferences[K]) => void] {
  const { mutate } = useEditProfile();
  const set = useCallback(
    (value: Preferences[K]) => mutate({ preferences: { [key]: value } as Preferences }),
    [mutate, key],
  );
  return [usePreferences()[key], set];
}
