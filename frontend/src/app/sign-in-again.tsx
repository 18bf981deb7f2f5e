import { Alert, Button, Divider, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { IconBuilding, IconFingerprint } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { usePasskeySignIn } from '@/api/factors';
import { passkeysWork } from '@/api/passkeys';
import {
  SecondStepNeeded,
  TooManySignIns,
  useSession,
  useSignedInElsewhere,
  useSignIn,
  useUser,
  WrongSignIn,
} from '@/api/session';
import { sessionEnd } from '@/api/session-end';
import type { Session } from '@/api/types';
import { SecondStep, StepProblem } from '@/features/account/factors/second-step';
import { ProblemAlert } from '@/ui/problem-alert';

/** Asks to sign in again over the page that was open, so that nothing typed there is lost. */
export function SignInAgain() {
  const { t } = useTranslation();
  const ended = useSyncExternalStore(sessionEnd.subscribe, sessionEnd.get);
  const user = useUser();
  const signIn = useSignIn();
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const { reset } = signIn;
  const goOn = useCallback(
    (session: Session) => {
      if (session.user?.id !== user.id) {
        window.location.assign('/');
        return;
      }
      reset();
      sessionEnd.set(false);
      void client.invalidateQueries();
    },
    [user.id, reset, client],
  );
  useSignedInElsewhere(ended, goOn);
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
            <OtherWays onSignedIn={goOn} />
          </Stack>
        </form>
      )}
    </Modal>
  );
}

/** Without a password. The organisation's sign-in would leave this page: it has a tab of its own. */
function OtherWays({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const { t } = useTranslation();
  const { company_sign_in } = useSession().features;
  const passkey = usePasskeySignIn();
  if (!company_sign_in && !passkeysWork()) return null;
  return (
    <>
      <Divider label={t('account.second.or')} />
      <StepProblem error={passkey.error} />
      {passkeysWork() && (
        <Button
          variant="default"
          leftSection={<IconFingerprint size={18} aria-hidden />}
          loading={passkey.isPending}
          onClick={() => passkey.mutate(undefined, { onSuccess: onSignedIn })}
        >
          {t('account.signIn.passkey')}
        </Button>
      )}
      {company_sign_in && (
        <>
          <Button
            component="a"
            href="/sign-in"
            target="_blank"
            rel="noopener"
            variant="default"
            leftSection={<IconBuilding size={18} aria-hidden />}
          >
            {t('account.company.button', { name: company_sign_in })}
          </Button>
          <Text size="sm" c="dimmed">
            {t('app.again.tab')}
          </Text>
        </>
      )}
    </>
  );
}
