import { queryOptions, useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { ApiError, account, api, reachability } from './client';
import type { AccountAnswer, FactorKind } from './factors';
import { sessionEnd } from './session-end';
import type { InvitationOffer, Session, Verb, Workspace } from './types';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ client }): Promise<Session> => {
    const next = await api.get<Session>('session');
    const known = client.getQueryData<Session>(['session']);
    if (!known?.user || next.user) return next;
    // The page goes on showing what it shows, while it asks to sign in again.
    sessionEnd.set(true);
    return known;
  },
  staleTime: 5 * 60_000,
});

const CHOSEN = 'tutti.workspace';
const chosen = new Set<() => void>();

export function chooseWorkspace(id: string) {
  localStorage.setItem(CHOSEN, id);
  for (const listener of chosen) listener();
}

export function currentWorkspace(session: Session): Workspace | undefined {
  const id = localStorage.getItem(CHOSEN);
  return session.workspaces.find((workspace) => workspace.id === id) ?? session.workspaces[0];
}

const subscribeChosen = (listener: () => void) => {
  chosen.add(listener);
  return () => void chosen.delete(listener);
};

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** The person who is signed in. Only for pages behind the sign-in. */
export function useUser(): NonNullable<Session['user']> {
  const { user } = useSession();
  if (!user) throw new Error('Nobody is signed in.');
  return user;
}

/** The workspace the person works in. Only for pages behind the sign-in. */
export function useWorkspace(): Workspace {
  const session = useSession();
  useSyncExternalStore(subscribeChosen, () => localStorage.getItem(CHOSEN));
  const workspace = currentWorkspace(session);
  if (!workspace) throw new Error('You belong to no workspace. Ask an administrator for an invitation.');
  return workspace;
}

export function useCan(verb: Verb): boolean {
  return useWorkspace().verbs.includes(verb);
}

export function useReachable(): boolean {
  return useSyncExternalStore(reachability.subscribe, reachability.get);
}

/** Asks for the session again and answers it: after signing in or out. */
export function useRenewSession() {
  const client = useQueryClient();
  return useCallback(async () => {
    client.removeQueries({ predicate: ({ queryKey: [kind] }) => kind !== 'session' && kind !== 'invitation' });
    return client.fetchQuery({ ...sessionQuery, staleTime: 0 });
  }, [client]);
}

/** Whoever comes back to this tab while it is `waiting`, signed in by another one, goes on here. */
export function useSignedInElsewhere(waiting: boolean, go: (session: Session) => void) {
  useEffect(() => {
    if (!waiting) return;
    const look = () =>
      void api.get<Session>('session').then(
        (session) => session.user && go(session),
        // The server is away: the next look tells.
        () => undefined,
      );
    // From another window, and from another tab.
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [waiting, go]);
}

export class WrongSignIn extends Error {}
export class TooManySignIns extends Error {}

/** The password was right; now the second factor is asked for, one of these. */
export class SecondStepNeeded extends Error {
  constructor(readonly factors: FactorKind[]) {
    super();
  }
}

export function useSignIn() {
  const renew = useRenewSession();
  return useMutation({
    mutationFn: async (values: { email: string; password: string }) => {
      const response = await account.post('auth/login', values);
      if (response.status === 400 || response.status === 401) throw await refusedSignIn(response);
      if (response.status === 429) throw new TooManySignIns();
      // 409: somebody is signed in already, in another tab.
      if (!response.ok && response.status !== 409) throw unexpected(response);
      return renew();
    },
  });
}

/** After some wrong tries an address is not looked at for a while; this too is a 400. */
export async function refusedSignIn(response: Response): Promise<Error> {
  const body = (await response.json()) as AccountAnswer;
  const step = body.data?.flows?.find((flow) => flow.id === 'mfa_authenticate' && flow.is_pending);
  if (step) return new SecondStepNeeded(step.types ?? []);
  const tooMany = body.errors?.[0]?.code === 'too_many_login_attempts';
  return tooMany ? new TooManySignIns() : new WrongSignIn();
}

/** Loads the sign-in page anew, so that nothing of the person stays in memory. */
export function useSignOut(next = '/sign-in') {
  return useMutation({
    mutationFn: () => account.signOut(),
    onSuccess: () => window.location.assign(next),
  });
}

/** Where the browser goes to sign in with an account of the organisation; it comes back to `next`. */
export function useCompanySignIn() {
  return useMutation({
    mutationFn: (next: string) => api.post<{ address: string }>('sign-in/company', { next }),
    onSuccess: ({ address }) => window.location.assign(address),
  });
}

export function useRequestReset() {
  return useMutation({
    mutationFn: async (email: string) => {
      const response = await account.post('auth/password/request', { email });
      if (!response.ok) throw unexpected(response);
    },
  });
}

export class ResetRefused extends Error {}

export function useReset() {
  return useMutation({
    mutationFn: async (values: { key: string; password: string }) => {
      const response = await account.post('auth/password/reset', values);
      if (response.status === 400) {
        const body = (await response.json()) as { errors?: { message: string }[] };
        throw new ResetRefused(body.errors?.map((error) => error.message).join(' ') ?? '');
      }
      // 401 says: done, now sign in.
      if (!response.ok && response.status !== 401) throw unexpected(response);
    },
  });
}

/** The refusals of a new password, by the field of the form they belong to. */
export class PasswordRefused extends Error {
  constructor(readonly fields: { current?: string; next?: string }) {
    super(Object.values(fields).join(' '));
  }
}

export function useChangePassword() {
  return useMutation({
    mutationFn: async ({ current, next }: { current: string; next: string }) => {
      const response = await account.post('account/password/change', {
        current_password: current,
        new_password: next,
      });
      if (response.status === 400) {
        const { errors = [] } = (await response.json()) as { errors?: { param?: string; message: string }[] };
        const of = (param: string) => errors.filter((error) => error.param === param).map((error) => error.message);
        const fields: { current?: string; next?: string } = {};
        if (of('current_password').length > 0) fields.current = of('current_password').join(' ');
        if (of('new_password').length > 0) fields.next = of('new_password').join(' ');
        throw new PasswordRefused(fields);
      }
      if (!response.ok) throw unexpected(response);
    },
  });
}

export function unexpected(response: Response): ApiError {
  return new ApiError({
    status: response.status,
    code: `http_${response.status}`,
    title: 'This did not work.',
    detail: 'The server could not do this. Try again in a moment.',
    problems: [],
  });
}

export function useWelcome() {
  const renew = useRenewSession();
  return useMutation({
    mutationFn: async (values: { token: string; name: string; email: string; password: string; workspace: string }) => {
      await api.post('welcome', values);
      return renew();
    },
  });
}

export function useInvitationLook(token: string) {
  return useQuery({
    queryKey: ['invitation', token],
    queryFn: () => api.post<InvitationOffer>('invitations/look', { token }),
    enabled: token !== '',
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

export function useAcceptInvitation() {
  const renew = useRenewSession();
  return useMutation({
    mutationFn: async (values: { token: string; name?: string; password?: string }) => {
      await api.post('invitations/accept', values);
      return renew();
    },
  });
}
