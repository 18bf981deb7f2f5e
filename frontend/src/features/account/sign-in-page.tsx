import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { TooManySignIns, useSignIn, WrongSignIn } from '@/api/session';
import { sameSite } from '@/core/addresses';
import { TextLink } from '@/ui/button-link';
import { ProblemAlert } from '@/ui/problem-alert';
import { Door } from './door';

export default function SignInPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/sign-in' });
  const signIn = useSignIn();
  const router = useRouter();
  const navigate = useNavigate();
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '', password: '' } });

  const submit = form.onSubmit((values) =>
    signIn.mutate(values, {
      onSuccess: async (session) => {
        if (session.user === null) return;
        await router.invalidate();
        // A secret of the page to return to stands after the hash, which no server ever gets to see.
        await navigate({ href: sameSite(`${next ?? '/'}${window.location.hash}`) });
      },
      // The address stays, only the password is asked for again.
      onError: () => form.setFieldValue('password', ''),
    }),
  );

  return (
    <Door title={t('account.signIn.title')} lead={t('account.signIn.lead')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <SignInProblem error={signIn.error} />
          <TextInput
            label={t('account.email')}
            type="email"
            autoComplete="username"
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
    </Door>
  );
}

function SignInProblem({ error }: { error: Error | null }) {
  const { t } = useTranslation();
  if (!error) return null;
  if (error instanceof WrongSignIn || error instanceof TooManySignIns) {
    const text = error instanceof WrongSignIn ? t('account.signIn.wrong') : t('account.signIn.tooMany');
    return (
      <Alert role="alert" color="red" variant="light">
        {text}
      </Alert>
    );
  }
  return <ProblemAlert error={error} />;
}
