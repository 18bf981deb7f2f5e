import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ResetRefused, useReset } from '@/api/session';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { Door } from './door';
import { SHORTEST_PASSWORD } from './password';

/** Entered by the link of a mail that was asked for; works once. */
export default function ResetPage() {
  const { t } = useTranslation();
  const [key] = useState(() => window.location.hash.slice(1));
  const reset = useReset();
  const navigate = useNavigate();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: (value) => (value.length >= SHORTEST_PASSWORD ? null : t('account.required.password')) },
  });
  const submit = form.onSubmit(({ password }) =>
    reset.mutate(
      { key, password },
      {
        onSuccess: async () => {
          toast.done(t('account.reset.done'));
          await navigate({ to: '/sign-in', search: {} });
        },
      },
    ),
  );
  return (
    <Door title={t('account.reset.title')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {reset.error instanceof ResetRefused ? (
            <Alert role="alert" color="red" variant="light">
              {reset.error.message || t('account.reset.void')}
            </Alert>
          ) : (
            <ProblemAlert error={reset.error} />
          )}
          <PasswordInput
            label={t('account.newPassword')}
            description={t('account.passwordHint')}
            autoComplete="new-password"
            required
            withAsterisk={false}
            autoFocus
            visibilityToggleButtonProps={{ 'aria-label': t('account.showPassword') }}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Button type="submit" fullWidth size="md" loading={reset.isPending}>
            {t('account.reset.button')}
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
