import { Alert, Button, Divider, Stack, Text, TextInput } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FactorKind, FactorUnreadable, StartAgain, useSecondStep, WrongCode } from '@/api/factors';
import { PasskeyCancelled, passkeysWork } from '@/api/passkeys';
import { TooManySignIns } from '@/api/session';
import type { Session } from '@/api/types';
import { ProblemAlert } from '@/ui/problem-alert';

interface SecondStepProps {
  factors: readonly FactorKind[];
  onSignedIn: (session: Session) => void;
  onStartAgain: () => void;
}

/** After the password: a code of an authenticator app, a recovery code, or a passkey. */
export function SecondStep({ factors, onSignedIn, onStartAgain }: SecondStepProps) {
  const { t } = useTranslation();
  const step = useSecondStep();
  const [code, setCode] = useState('');
  const passkey = factors.includes('webauthn') && passkeysWork();
  const app = factors.includes('totp');
  const prove = (proof: Parameters<typeof step.mutate>[0]) =>
    step.mutate(proof, { onSuccess: onSignedIn, onError: () => setCode('') });
  return (
    <Stack gap="md">
      <StepProblem error={step.error} />
      {passkey && (
        <>
          <Button
            fullWidth
            size="md"
            variant={app ? 'default' : 'filled'}
            leftSection={<IconFingerprint size={18} aria-hidden />}
            loading={step.isPending && step.variables === 'passkey'}
            disabled={step.isPending}
            onClick={() => prove('passkey')}
          >
            {t('account.second.passkey')}
          </Button>
          <Divider label={t('account.second.or')} />
        </>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          prove({ code: code.replaceAll(' ', '') });
        }}
        noValidate
      >
        <Stack gap="md">
          <TextInput
            label={app ? t('account.second.code') : t('account.second.recoveryCode')}
            description={app ? t('account.second.codeHelp') : t('account.second.recoveryHelp')}
            autoComplete="one-time-code"
            inputMode="numeric"
            autoFocus
            data-autofocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Button type="submit" fullWidth size="md" loading={step.isPending} disabled={code.trim() === ''}>
            {t('account.second.button')}
          </Button>
        </Stack>
      </form>
      <Button variant="subtle" color="gray" onClick={onStartAgain}>
        {t('account.second.startAgain')}
      </Button>
      <Text size="sm" c="dimmed" ta="center">
        {t('account.second.lost')}
      </Text>
    </Stack>
  );
}

/** Why a code or a passkey was not taken, in one sentence. */
export function StepProblem({ error }: { error: Error | null }) {
  const { t } = useTranslation();
  if (!error || error instanceof PasskeyCancelled) return null;
  const known = [
    [WrongCode, t('account.second.wrong')],
    [FactorUnreadable, t('account.second.unreadable')],
    [TooManySignIns, t('account.signIn.tooMany')],
    [StartAgain, t('account.second.over')],
  ] as const;
  const text = known.find(([kind]) => error instanceof kind)?.[1];
  if (!text) return <ProblemAlert error={error} />;
  return (
    <Alert role="alert" color="red" variant="light">
      {text}
    </Alert>
  );
}
