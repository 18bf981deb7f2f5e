import { Button, Checkbox, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DownloadButton } from '@/ui/download-button';
import classes from './factors.module.css';

const HALF = 4;
const FILE = 'tutti-recovery-codes.txt';

/** The recovery codes, this once. It stays until somebody says that they kept them. */
export function CodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const [kept, setKept] = useState(false);
  const text = `${t('safety.codes.file')}\n\n${codes.join('\n')}\n`;
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t('safety.codes.title')}
    >
      <Stack gap="md">
        <Text>{t('safety.codes.text')}</Text>
        <ul className={classes.codes} aria-label={t('safety.codes.title')}>
          {codes.map((code) => (
            <li key={code}>
              <code>{`${code.slice(0, HALF)} ${code.slice(HALF)}`}</code>
            </li>
          ))}
        </ul>
        <Group gap="xs">
          <DownloadButton href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`} name={FILE}>
            {t('safety.codes.download')}
          </DownloadButton>
          <CopyButton value={codes.join('\n')}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                onClick={copy}
              >
                {copied ? t('ui.copied') : t('safety.codes.copy')}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Checkbox
          label={t('safety.codes.kept')}
          checked={kept}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button disabled={!kept} onClick={onClose}>
            {t('safety.codes.done')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
