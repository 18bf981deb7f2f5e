import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AppSetUp, StepUpNeeded, useConfirmApp } from '@/api/factors';
import { CopyLine } from '@/ui/copy-line';
import classes from './factors.module.css';
import { StepProblem } from './second-step';
import { useStepUp } from './step-up';

interface AppDialogProps {
  setUp: AppSetUp;
  onDone: () => void;
  onClose: () => void;
}

/** Scan, then type the first code: only then does the authenticator app count. */
export function AppDialog({ setUp, onDone, onClose }: AppDialogProps) {
  const { t } = useTranslation();
  const confirm = useConfirmApp();
  const { guard, dialog } = useStepUp();
  const [code, setCode] = useState('');
  const { size, path } = setUp.picture;
  const submit = () =>
    guard(() =>
      confirm.mutateAsync(code.replaceAll(' ', '')).then(onDone, (error: unknown) => {
        if (!(error instanceof StepUpNeeded)) setCode('');
        throw error;
      }),
    );
  return (
    <Modal opened onClose={onClose} title={t('safety.app.title')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md">
          <Text>{t('safety.app.scan')}</Text>
          <svg
            className={classes.code}
            viewBox={`-2 -2 ${size + 4} ${size + 4}`}
            role="img"
            aria-label={t('safety.app.picture')}
            shapeRendering="crispEdges"
          >
            <path d={path} />
          </svg>
          <CopyLine label={t('safety.app.secret')} value={setUp.secret} help={t('safety.app.secretHelp')} />
          {!(confirm.error instanceof StepUpNeeded) && <StepProblem error={confirm.error} />}
          <TextInput
            label={t('safety.app.first')}
            description={t('safety.app.firstHelp')}
            autoComplete="one-time-code"
            inputMode="numeric"
            data-autofocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={confirm.isPending} disabled={code.trim().length < 6}>
              {t('safety.app.confirm')}
            </Button>
          </Group>
        </Stack>
      </form>
      {dialog}
    </Modal>
  );
}
