/** Second factors: an authenticator app, passkeys, and the recovery codes that stand in for them. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { account, api } from './client';
import { askPasskey, type CreationOptions, makePasskey, type RequestOptions } from './passkeys';
import { refusedSignIn, TooManySignIns, unexpected, useRenewSession } from './session';

export type FactorKind = 'totp' | 'webauthn' | 'recovery_codes';

export interface Factor {
  type: FactorKind;
  /** Seconds since 1970, as `last_used_at`. */
  created_at: number;
  last_used_at: number | null;
  /** Of passkeys. */
  id?: number;
  name?: string;
  /** Of recovery codes. */
  unused_code_count?: number;
  total_code_count?: number;
  /** Only the first time they are asked for. */
  unused_codes?: string[];
}

/** What allauth answers. */
export interface AccountAnswer {
  data?: { flows?: { id: string; is_pending?: boolean; types?: FactorKind[] }[] };
  meta?: { is_authenticated?: boolean };
  errors?: { code: string; message: string }[];
}

/** Signed in, but too long ago to change how one signs in. One of these proves who it is. */
export class StepUpNeeded extends Error {
  constructor(readonly ways: StepUpWay[]) {
    super();
  }
}
export type StepUpWay = 'password' | FactorKind;

export class WrongCode extends Error {}

/** What the codes are held against cannot be read any more: no code is right. */
export class FactorUnreadable extends Error {}

/** The session in between is over: the password is asked for again. */
export class StartAgain extends Error {}

export function useFactors() {
  return useQuery({
    queryKey: ['factors'],
    queryFn: async () => dataOf<Factor[]>(await account.get('account/authenticators')),
  });
}

/** Does something with one's factors and reads them again. */
function useChange<Values, Result>(change: (values: Values) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: ['factors'] }),
  });
}

export interface AppSetUp {
  secret: string;
  picture: { size: number; path: string };
}

/** A fresh secret for an authenticator app. It counts once a first code of it is confirmed. */
export function useBeginApp() {
  return useMutation({
    mutationFn: async (): Promise<AppSetUp> => {
      const response = await account.get('account/authenticators/totp');
      if (response.status !== 404) throw await refusal(response);
      const { meta } = (await response.json()) as { meta: { secret: string } };
      return { secret: meta.secret, picture: await api.get('me/totp-picture') };
    },
  });
}

export const useConfirmApp = () =>
  useChange(async (code: string) => dataOf<Factor>(await account.post('account/authenticators/totp', { code })));

export const useRemoveApp = () =>
  useChange(async () => dataOf<unknown>(await account.delete('account/authenticators/totp')));

export const useAddPasskey = () =>
  useChange(async (name: string) => {
    const path = 'account/authenticators/webauthn';
    const found = await dataOf<{ creation_options: CreationOptions }>(await account.get(`${path}?passwordless`));
    const credential = await makePasskey(found.creation_options);
    return dataOf<Factor>(await account.post(path, { name, credential, passwordless: true }));
  });

export const useRemovePasskey = () =>
  useChange(async (id: number) =>
    dataOf<unknown>(await account.delete('account/authenticators/webauthn', { authenticators: [id] })),
  );

/** The codes themselves, the only time they are shown: after the first factor was set up. */
export const useFirstCodes = () =>
  useChange(async () => dataOf<Factor>(await account.get('account/authenticators/recovery-codes')));

/** New codes; the old ones open nothing any more. */
export const useNewCodes = () =>
  useChange(async () => dataOf<Factor>(await account.post('account/authenticators/recovery-codes', {})));

/** An account of the organisation's own sign-in that opens this one. */
export interface CompanyAccount {
  uid: string;
  provider: { id: string };
}

export function useCompanyAccount() {
  return useQuery({
    queryKey: ['company-account'],
    queryFn: async () => dataOf<CompanyAccount[]>(await account.get('account/providers')),
  });
}

export function useUnlinkCompany() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ uid, provider }: CompanyAccount) =>
      dataOf<unknown>(await account.delete('account/providers', { provider: provider.id, account: uid })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['company-account'] }),
  });
}

/** Proves again who sits here. */
export function useStepUpBy() {
  return useMutation({
    mutationFn: async (proof: { password: string } | { code: string } | 'passkey') => {
      if (proof === 'passkey') return provenByPasskey('auth/webauthn/reauthenticate');
      const path = 'password' in proof ? 'auth/reauthenticate' : 'auth/2fa/reauthenticate';
      await dataOf<unknown>(await account.post(path, proof));
    },
  });
}

/** The second step of signing in: a code, or a passkey. Answers the session. */
export function useSecondStep() {
  const renew = useRenewSession();
  return useMutation({
    mutationFn: async (proof: { code: string } | 'passkey') => {
      if (proof === 'passkey') await provenByPasskey('auth/webauthn/authenticate');
      else await dataOf<unknown>(await account.post('auth/2fa/authenticate', proof));
      return renew();
    },
  });
}

/** Signs in with a passkey alone: no address, no password. Answers the session. */
export function usePasskeySignIn() {
  const renew = useRenewSession();
  return useMutation({
    mutationFn: async () => {
      await provenByPasskey('auth/webauthn/login');
      return renew();
    },
  });
}

/** Whether the browser came back half signed in: throws `SecondStepNeeded` then. */
export function usePendingStep(enabled: boolean) {
  return useQuery({
    queryKey: ['pending-step'],
    queryFn: async () => {
      const response = await account.get('auth/session');
      return response.ok ? null : refusedSignIn(response);
    },
    enabled,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

async function provenByPasskey(path: string): Promise<void> {
  const { request_options } = await dataOf<{ request_options: RequestOptions }>(await account.get(path));
  await dataOf<unknown>(await account.post(path, { credential: await askPasskey(request_options) }));
}

async function dataOf<T>(response: Response): Promise<T> {
  if (!response.ok) throw await refusal(response);
  return ((await response.json()) as { data: T }).data;
}

async function refusal(response: Response): Promise<Error> {
  if (response.status === 429) return new TooManySignIns();
  if (response.status !== 400 && response.status !== 401) return unexpected(response);
  const body = (await response.json()) as AccountAnswer;
  if (response.status === 401) {
    if (!body.meta?.is_authenticated) return new StartAgain();
    const flows = body.data?.flows ?? [];
    const ways = flows.flatMap((flow): StepUpWay[] =>
      flow.id === 'reauthenticate' ? ['password'] : (flow.types ?? []),
    );
    return new StepUpNeeded([...new Set(ways)]);
  }
  const code = body.errors?.[0]?.code ?? '';
  if (code === 'factor_unreadable') return new FactorUnreadable();
  return code === 'too_many_login_attempts' ? new TooManySignIns() : new WrongCode();
}
