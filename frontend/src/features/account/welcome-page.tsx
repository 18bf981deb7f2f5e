import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useWelcome } from '@/api/session';
import { ButtonLink } from '@/ui/button-link';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { Door } from './door';
import { SHORTEST_PASSWORD } from './password';

/** The first person of a new installation: enters by the address that the start printed, once. */
export default function WelcomePage() {
  const { t } = useTranslation();
  const [token] = useState(() => window.location.hash.slice(1));
  const session = useSession();
  if (!session.needs_owner) {
    return (
      <Door title={t('account.welcome.doneTitle')} lead={t('account.welcome.doneText')}>
        <ButtonLink to="/sign-in" search={{}} fullWidth>
          {t('account.signIn.button')}
        </ButtonLink>
      </Door>
    );
  }
  if (!token) return <Door title={t('account.welcome.title')} lead={t('account.welcome.noToken')} />;
  return <OwnerForm token={token} />;
}

function OwnerForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const welcome = useWelcome();
  const router = useRouter();
  const navigate = useNavigate();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', email: '', password: '', workspace: '' },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() ? null : t('account.required.name')),
      email: (value) => (/^\S+@\S+$/.test(value) ? null : t('account.required.email')),
      password: (value) => (value.length >= SHORTEST_PASSWORD ? null : t('account.required.password')),
      workspace: (value) => (value.trim() ? null : t('account.required.workspace')),
    },
  });
  const submit = form.onSubmit((values) =>
    welcome.mutate(
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
  return (
    <Door title={t('account.welcome.title')} lead={t('account.welcome.lead')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <ProblemAlert error={welcome.error} />
          <TextInput
            label={t('account.name')}
            autoComplete="name"
            required
            withAsterisk={false}
            autoFocus
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          <TextInput
            label={t('account.email')}
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            key={form.key('email')}
            {...form.getInputProps('email')}
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
          <TextInput
            label={t('account.workspace')}
            description={t('account.workspaceHint')}
            autoComplete="organization"
            required
            withAsterisk={false}
            key={form.key('workspace')}
            {...form.getInputProps('workspace')}
          />
          <Button type="submit" fullWidth size="md" loading={welcome.isPending}>
            {t('account.welcome.button')}
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
