import { Button, CopyButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

interface ShownOnceProps {
  /** What was done. */
  done: string;
  label: string;
  value: string;
  /** That it is shown this once. */
  once: string;
  /** The words on the button that copies it. */
  copy: string;
  onClose: () => void;
}

/** For the dialog around it: it stays until somebody closes it with its button. */
export const STAYS = { withCloseButton: false, closeOnClickOutside: false, closeOnEscape: false };

/** A secret or a link that nobody sees again, to be copied now. */
export function ShownOnce({ done, label, value, once, copy: words, onClose }: ShownOnceProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <Text role="status">{done}</Text>
      <TextInput label={label} readOnly value={value} onFocus={(event) => event.target.select()} />
      <Text size="sm" c="dimmed">
        {once}
      </Text>
      <Group justify="flex-end" gap="xs">
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              onClick={copy}
            >
              {copied ? t('ui.copied') : words}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={onClose}>
          {t('ui.close')}
        </Button>
      </Group>
    </Stack>
  );
}
