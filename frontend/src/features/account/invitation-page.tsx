import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAcceptInvitation, useInvitationLook } from '@/api/session';
import type { InvitationLook } from '@/api/types';
import { ButtonLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { Door } from './door';
import { SHORTEST_PASSWORD } from './password';

/** Entered by the link of an invitation; works once. */
export default function InvitationPage() {
  const { t } = useTranslation();
  const [token] = useState(() => window.location.hash.slice(1));
  const look = useInvitationLook(token);
  if (token && look.isPending)
    return (
      <Door title={t('account.invitation.title')}>
        <Waiting lines={3} />
      </Door>
    );
  if (!token || look.error) {
    return (
      <Door title={t('account.invitation.title')} lead={t('account.invitation.void')}>
        <ProblemAlert error={look.error} />
        <ButtonLink to="/sign-in" search={{}} fullWidth variant="default" mt="md">
          {t('account.signIn.button')}
        </ButtonLink>
      </Door>
    );
  }
  return look.data ? <AcceptForm token={token} invitation={look.data} /> : null;
}

function AcceptForm({ token, invitation }: { token: string; invitation: InvitationLook }) {
  const { t } = useTranslation();
  const accept = useAcceptInvitation();
  const router = useRouter();
  const navigate = useNavigate();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', password: '' },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() ? null : t('account.required.name')),
      password: (value) => (value.length >= SHORTEST_PASSWORD ? null : t('account.required.password')),
    },
  });
  const submit = form.onSubmit((values) =>
    accept.mutate(
      { token, ...values },
      {
        onSuccess: async () => {
          await router.invalidate();
          await navigate({ to: '/' });
        },
        onError: (error) => form.setErrors(fieldErrors(error, Object.keys(values))),
      },
    ),
  );
  const roles = invitation.roles.map((role) => t(`words.role.${role}.name`)).join(', ');
  return (
    <Door
      title={t('account.invitation.join', { workspace: invitation.workspace })}
      lead={t('account.invitation.lead', { roles })}
    >
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
    </Door>
  );
}
