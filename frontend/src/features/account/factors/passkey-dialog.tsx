import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StepUpNeeded, useAddPasskey } from '@/api/factors';
import { PasskeyKnown } from '@/api/passkeys';
import { deviceOf } from '@/core/devices';
import { StepProblem } from './second-step';
import { useStepUp } from './step-up';

/** A name for the passkey; the browser asks for the rest. */
export function PasskeyDialog({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  const add = useAddPasskey();
  const { guard, dialog } = useStepUp();
  const { browser, system } = deviceOf(navigator.userAgent);
  const [name, setName] = useState([browser, system].filter(Boolean).join(', '));
  const submit = () => guard(() => add.mutateAsync(name.trim()).then(onDone));
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('safety.passkey.title')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md">
          <Text>{t('safety.passkey.text')}</Text>
          {add.error instanceof PasskeyKnown && (
            <Alert role="alert" color="red" variant="light">
              {t('safety.passkey.known')}
            </Alert>
          )}
          {!(add.error instanceof PasskeyKnown || add.error instanceof StepUpNeeded) && (
            <StepProblem error={add.error} />
          )}
          <TextInput
            label={t('safety.passkey.name')}
            description={t('safety.passkey.nameHelp')}
            maxLength={100}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={add.isPending} disabled={name.trim() === ''}>
              {t('safety.passkey.make')}
            </Button>
          </Group>
        </Stack>
      </form>
      {dialog}
    </Modal>
  );
}
