import { Alert, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconBuilding, IconFingerprint } from '@tabler/icons-react';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FactorKind, usePasskeySignIn, usePendingStep } from '@/api/factors';
import { passkeysWork } from '@/api/passkeys';
import { SecondStepNeeded, TooManySignIns, useCompanySignIn, useSession, useSignIn, WrongSignIn } from '@/api/session';
import type { Session } from '@/api/types';
import { sameSite } from '@/core/addresses';
import { TextLink } from '@/ui/button-link';
import { ProblemAlert } from '@/ui/problem-alert';
import { Door } from './door';
import { SecondStep, StepProblem } from './factors/second-step';

export default function SignInPage() {
  const { t } = useTranslation();
  const [factors, setFactors] = useState<readonly FactorKind[] | null>(null);
  const enter = useEnter();
  useReturnFromCompany(enter, setFactors);
  if (factors) {
    return (
      <Door title={t('account.second.title')} lead={t('account.second.lead')}>
        <SecondStep
          factors={factors}
          onSignedIn={(session) => void enter(session)}
          onStartAgain={() => setFactors(null)}
        />
      </Door>
    );
  }
  return (
    <Door title={t('account.signIn.title')} lead={t('account.signIn.lead')}>
      <Stack gap="md">
        <CompanyProblem />
        <PasswordForm onSignedIn={enter} onSecondStep={setFactors} />
        <OtherWays onSignedIn={enter} />
      </Stack>
    </Door>
  );
}

/** On to the page that was asked for. */
function useEnter() {
  const { next } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const navigate = useNavigate();
  return useCallback(
    async (session: Session) => {
      if (session.user === null) return;
      await router.invalidate();
      // A secret of the page to return to stands after the hash, which no server ever gets to see.
      await navigate({ href: sameSite(`${next ?? '/'}${window.location.hash}`) });
    },
    [next, router, navigate],
  );
}

/** Whoever comes back from the organisation's sign-in is in, or still owes a second factor. */
function useReturnFromCompany(enter: (session: Session) => Promise<void>, ask: (factors: FactorKind[]) => void) {
  const { company } = useSearch({ from: '/sign-in' });
  const session = useSession();
  const back = company !== undefined;
  const pending = usePendingStep(back && session.user === null).data;
  useEffect(() => {
    if (back && session.user) void enter(session);
  }, [back, session, enter]);
  useEffect(() => {
    if (pending instanceof SecondStepNeeded) ask(pending.factors);
  }, [pending, ask]);
}

interface PasswordFormProps {
  onSignedIn: (session: Session) => Promise<void>;
  onSecondStep: (factors: readonly FactorKind[]) => void;
}

function PasswordForm({ onSignedIn, onSecondStep }: PasswordFormProps) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '', password: '' } });
  const submit = form.onSubmit((values) =>
    signIn.mutate(values, {
      onSuccess: onSignedIn,
      onError: (error) => {
        if (error instanceof SecondStepNeeded) onSecondStep(error.factors);
        // The address stays, only the password is asked for again.
        else form.setFieldValue('password', '');
      },
    }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <SignInProblem error={signIn.error} />
        <TextInput
          label={t('account.email')}
          type="email"
          autoComplete="username webauthn"
          required
          withAsterisk={false}
          autoFocus
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('account.password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('account.showPassword') }}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" fullWidth size="md" loading={signIn.isPending}>
          {t('account.signIn.button')}
        </Button>
        <TextLink to="/forgotten" size="sm" ta="center" c="dimmed">
          {t('account.signIn.forgotten')}
        </TextLink>
      </Stack>
    </form>
  );
}

function SignInProblem({ error }: { error: Error | null }) {
  const { t } = useTranslation();
  if (!error || error instanceof SecondStepNeeded) return null;
  if (error instanceof WrongSignIn) return <Refusal>{t('account.signIn.wrong')}</Refusal>;
  if (error instanceof TooManySignIns) return <Refusal>{t('account.signIn.tooMany')}</Refusal>;
  return <ProblemAlert error={error} />;
}

function Refusal({ children }: { children: ReactNode }) {
  return (
    <Alert role="alert" color="red" variant="light">
      {children}
    </Alert>
  );
}

/** Without a password: a passkey, or the organisation's own sign-in where there is one. */
function OtherWays({ onSignedIn }: { onSignedIn: (session: Session) => Promise<void> }) {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/sign-in' });
  const { company_sign_in } = useSession().features;
  const passkey = usePasskeySignIn();
  const company = useCompanySignIn();
  if (!company_sign_in && !passkeysWork()) return null;
  const back = `/sign-in?${new URLSearchParams({ company: 'back', next: sameSite(next ?? '/') })}`;
  return (
    <>
      <Divider label={t('account.second.or')} />
      <StepProblem error={passkey.error} />
      <ProblemAlert error={company.error} />
      {company_sign_in && (
        <Button
          variant="default"
          size="md"
          fullWidth
          leftSection={<IconBuilding size={18} aria-hidden />}
          loading={company.isPending}
          onClick={() => company.mutate(back)}
        >
          {t('account.company.button', { name: company_sign_in })}
        </Button>
      )}
      {passkeysWork() && (
        <Button
          variant="default"
          size="md"
          fullWidth
          leftSection={<IconFingerprint size={18} aria-hidden />}
          loading={passkey.isPending}
          onClick={() => passkey.mutate(undefined, { onSuccess: onSignedIn })}
        >
          {t('account.signIn.passkey')}
        </Button>
      )}
    </>
  );
}

const KNOWN = [
  'nobody_invited',
  'no_email',
  'email_taken',
  'email_unverified',
  'account_closed',
  'provider_away',
  'cancelled',
] as const;

/** Why the organisation's sign-in did not open the door. */
function CompanyProblem() {
  const { t } = useTranslation();
  const { error } = useSearch({ from: '/sign-in' });
  if (!error) return null;
  const known = KNOWN.find((code) => code === error);
  return <Refusal>{t(`account.company.problem.${known ?? 'unknown'}`)}</Refusal>;
}
