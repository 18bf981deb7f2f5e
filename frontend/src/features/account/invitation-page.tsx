import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { useAcceptInvitation, useInvitationLook, useSession, useSignOut } from '@/api/session';
import type { InvitationOffer } from '@/api/types';
import { ButtonLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { Door } from './door';
import { SHORTEST_PASSWORD } from './password';

interface Entering {
  token: string;
  invitation: InvitationOffer;
}

/** Entered by the link of an invitation; works once. */
export default function InvitationPage() {
  const { t } = useTranslation();
  const [token] = useState(() => window.location.hash.slice(1));
  const look = useInvitationLook(token);
  // As it was on arrival: joining signs in, and the form must stay until the way in is open.
  const [user] = useState(useSession().user);
  if (token && look.isPending)
    return (
      <Door title={t('account.invitation.title')}>
        <Waiting lines={3} />
      </Door>
    );
  if (!token || !look.data) {
    return (
      <Door title={t('account.invitation.title')} lead={t('account.invitation.void')}>
        {!isApiError(look.error, 'link_unusable') && <ProblemAlert error={look.error} />}
        <ButtonLink to="/sign-in" search={{}} fullWidth variant="default" mt="md">
          {t('account.signIn.button')}
        </ButtonLink>
      </Door>
    );
  }
  const { workspace, roles, email } = look.data;
  const words = roles.map((role) => t(`words.role.${role}.name`)).join(', ');
  return (
    <Door title={t('account.invitation.join', { workspace })} lead={t('account.invitation.lead', { roles: words })}>
      {user?.email === email ? (
        <MemberForm token={token} name={user.name} />
      ) : (
        <NewcomerForm token={token} invitation={look.data} />
      )}
    </Door>
  );
}

/** Takes the invitation and goes in. */
function useEnter() {
  const accept = useAcceptInvitation();
  const router = useRouter();
  const navigate = useNavigate();
  const entered = async () => {
    await router.invalidate();
    await navigate({ to: '/' });
  };
  return { accept, entered };
}

/** Whoever is signed in as the invited person has proved it already. */
function MemberForm({ token, name }: { token: string; name: string }) {
  const { t } = useTranslation();
  const { accept, entered } = useEnter();
  return (
    <Stack gap="md">
      <ProblemAlert error={accept.error} />
      <Text>{t('account.invitation.as', { name })}</Text>
      <Button
        fullWidth
        size="md"
        loading={accept.isPending}
        onClick={() => accept.mutate({ token }, { onSuccess: entered })}
      >
        {t('account.invitation.button')}
      </Button>
    </Stack>
  );
}

function NewcomerForm({ token, invitation }: Entering) {
  const { t } = useTranslation();
  const { accept, entered } = useEnter();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', password: '' },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() ? null : t('account.required.name')),
      password: (value) => (value.length >= SHORTEST_PASSWORD ? null : t('account.required.password')),
    },
  });
  if (isApiError(accept.error, 'sign_in_first')) return <SignInFirst token={token} invitation={invitation} />;
  const submit = form.onSubmit((values) =>
    accept.mutate(
      { token, ...values },
      {
        onSuccess: entered,
        onError: (error) => form.setErrors(fieldErrors(error, Object.keys(values))),
      },
    ),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert error={accept.error} />
        <Text>
          {t('account.invitation.for')} <strong>{invitation.email}</strong>
        </Text>
        <TextInput
          label={t('account.name')}
          autoComplete="name"
          required
          withAsterisk={false}
          autoFocus
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <PasswordInput
          label={t('account.password')}
          description={t('account.passwordHint')}
          autoComplete="new-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('account.showPassword') }}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" fullWidth size="md" loading={accept.isPending}>
          {t('account.invitation.button')}
        </Button>
      </Stack>
    </form>
  );
}

/** The invited person has an account. The token stays behind the hash on the way to the sign-in and back. */
function SignInFirst({ token, invitation: { email } }: Entering) {
  const { t } = useTranslation();
  const { user } = useSession();
  const signOut = useSignOut(`/sign-in?next=/invitation#${token}`);
  return (
    <Stack gap="md" role="alert">
      <Text fw={600}>{t('account.invitation.haveOne')}</Text>
      {user ? (
        <>
          <Text>{t('account.invitation.wrongPerson', { email, name: user.name })}</Text>
          <Button fullWidth size="md" loading={signOut.isPending} onClick={() => signOut.mutate()}>
            {t('account.invitation.signOut')}
          </Button>
        </>
      ) : (
        <>
          <Text>{t('account.invitation.signInFirst', { email })}</Text>
          <ButtonLink to="/sign-in" search={{ next: '/invitation' }} hash={token} fullWidth size="md">
            {t('account.signIn.button')}
          </ButtonLink>
        </>
      )}
    </Stack>
  );
}
