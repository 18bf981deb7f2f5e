import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { SecondStepNeeded, TooManySignIns, useSignIn, useUser, WrongSignIn } from '@/api/session';
import { sessionEnd } from '@/api/session-end';
import type { Session } from '@/api/types';
import { SecondStep } from '@/features/account/factors/second-step';
import { ProblemAlert } from '@/ui/problem-alert';

/** Asks for the password over the page that was open, so that nothing typed there is lost. */
export function SignInAgain() {
  const { t } = useTranslation();
  const ended = useSyncExternalStore(sessionEnd.subscribe, sessionEnd.get);
  const user = useUser();
  const signIn = useSignIn();
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const goOn = (session: Session) => {
    if (session.user?.id !== user.id) {
      window.location.assign('/');
      return;
    }
    signIn.reset();
    sessionEnd.set(false);
    void client.invalidateQueries();
  };
  const submit = () =>
    signIn.mutate({ email: user.email, password }, { onSuccess: goOn, onSettled: () => setPassword('') });
  const step = signIn.error instanceof SecondStepNeeded ? signIn.error : null;
  const wrong = signIn.error instanceof WrongSignIn;
  const tooMany = signIn.error instanceof TooManySignIns;
  return (
    <Modal
      opened={ended}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t('app.again.title')}
    >
      {step ? (
        <SecondStep factors={step.factors} onSignedIn={goOn} onStartAgain={signIn.reset} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <Stack gap="md">
            <Text>{t('app.again.text', { email: user.email })}</Text>
            {(wrong || tooMany) && (
              <Alert role="alert" color="red" variant="light">
                {wrong ? t('account.signIn.wrong') : t('account.signIn.tooMany')}
              </Alert>
            )}
            {!wrong && !tooMany && <ProblemAlert error={signIn.error} />}
            <PasswordInput
              label={t('account.password')}
              autoComplete="current-password"
              data-autofocus
              value={password}
              visibilityToggleButtonProps={{ 'aria-label': t('account.showPassword') }}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Group justify="space-between">
              <Button variant="subtle" color="gray" onClick={() => window.location.assign('/sign-in')}>
                {t('app.again.other')}
              </Button>
              <Button type="submit" loading={signIn.isPending} disabled={password === ''}>
                {t('account.signIn.button')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
