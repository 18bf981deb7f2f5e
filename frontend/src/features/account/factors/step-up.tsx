import { Button, Divider, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StepUpNeeded, type StepUpWay, useStepUpBy, WrongCode } from '@/api/factors';
import { passkeysWork } from '@/api/passkeys';
import { StepProblem } from './second-step';

interface Waiting {
  ways: readonly StepUpWay[];
  again: () => void;
}

/**
 * `guard` does something at once, or after the person has proved again who sits there. Draw `dialog` beside it.
 * Without `onFailed`, whoever uses it shows every other failure by itself.
 */
export function useStepUp(onFailed?: (error: unknown) => void) {
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const guard = (action: () => Promise<unknown>): void => {
    action().catch((error: unknown) => {
      if (error instanceof StepUpNeeded) setWaiting({ ways: error.ways, again: () => guard(action) });
      else onFailed?.(error);
    });
  };
  const dialog = waiting && (
    <StepUp
      ways={waiting.ways}
      onClose={() => setWaiting(null)}
      onProven={() => {
        setWaiting(null);
        waiting.again();
      }}
    />
  );
  return { guard, dialog };
}

interface StepUpProps {
  ways: readonly StepUpWay[];
  onProven: () => void;
  onClose: () => void;
}

function StepUp({ ways, onProven, onClose }: StepUpProps) {
  const { t } = useTranslation();
  const proof = useStepUpBy();
  const [text, setText] = useState('');
  const password = ways.includes('password');
  const prove = (given: Parameters<typeof proof.mutate>[0]) =>
    proof.mutate(given, { onSuccess: onProven, onSettled: () => setText('') });
  return (
    <Modal opened onClose={onClose} title={t('safety.stepUp.title')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          prove(password ? { password: text } : { code: text.replaceAll(' ', '') });
        }}
      >
        <Stack gap="md">
          <Text>{t('safety.stepUp.text')}</Text>
          {proof.error instanceof WrongCode && password ? (
            <Text role="alert" c="red" size="sm">
              {t('safety.stepUp.wrongPassword')}
            </Text>
          ) : (
            <StepProblem error={proof.error} />
          )}
          {ways.includes('webauthn') && passkeysWork() && (
            <>
              <Button
                variant="default"
                leftSection={<IconFingerprint size={18} aria-hidden />}
                loading={proof.isPending && proof.variables === 'passkey'}
                disabled={proof.isPending}
                onClick={() => prove('passkey')}
              >
                {t('account.second.passkey')}
              </Button>
              <Divider label={t('account.second.or')} />
            </>
          )}
          {password ? (
            <PasswordInput
              label={t('account.password')}
              autoComplete="current-password"
              data-autofocus
              value={text}
              visibilityToggleButtonProps={{ 'aria-label': t('account.showPassword') }}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          ) : (
            <TextInput
              label={t('account.second.code')}
              autoComplete="one-time-code"
              inputMode="numeric"
              data-autofocus
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={proof.isPending} disabled={text === ''}>
              {t('safety.stepUp.button')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
