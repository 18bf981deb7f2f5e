import { Button, type ButtonProps, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  /** The question, naming object and count. */
  title: string;
  text?: ReactNode;
  /** The verb on the button that does it. */
  verb: string;
  danger?: boolean;
  onConfirm: () => void;
}

export function Confirm({ opened, onClose, title, text, verb, danger, onConfirm }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      {text && (
        <Text component="div" mb="lg">
          {text}
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('ui.cancel')}
        </Button>
        <Button
          color={danger ? 'red' : 'blue'}
          data-autofocus
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {verb}
        </Button>
      </Group>
    </Modal>
  );
}

interface ConfirmButtonProps extends Omit<ConfirmProps, 'opened' | 'onClose'> {
  children: ReactNode;
  button?: ButtonProps & { 'aria-label'?: string };
}

/** A button that asks once more before it acts. */
export function ConfirmButton({ children, button, ...confirm }: ConfirmButtonProps) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button {...button} onClick={open}>
        {children}
      </Button>
      <Confirm opened={opened} onClose={close} {...confirm} />
    </>
  );
}
