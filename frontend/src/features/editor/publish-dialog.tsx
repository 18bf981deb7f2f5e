import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePublish } from '@/api/workflows';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { useEditorActions } from './editor-store';

export interface PublishDialogProps {
  workflow: string;
  opened: boolean;
  onClose(): void;
  /** It went live for the first time. */
  onFirst(): void;
  /** Saves what is open; false: it could not. */
  flush(): Promise<boolean>;
}

export function PublishDialog({ workflow, opened, onClose, onFirst, flush }: PublishDialogProps) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const publish = usePublish(workflow);
  const { settle } = useEditorActions();
  const send = async () => {
    if (!(await flush())) return;
    publish.mutate(
      { note },
      {
        onSuccess: (version) => {
          settle();
          toast.done(t('editor.publish.done', { number: version.number ?? '' }));
          setNote('');
          onClose();
          if (version.number === 1) onFirst();
        },
      },
    );
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('editor.publish.title')}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t('editor.publish.text')}
        </Text>
        <Textarea
          label={t('editor.publish.note')}
          placeholder={t('editor.publish.placeholder')}
          autosize
          minRows={2}
          value={note}
          data-autofocus
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {publish.error && <ProblemAlert error={publish.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('editor.cancel')}
          </Button>
          <Button loading={publish.isPending} onClick={() => void send()}>
            {t('editor.publish.button')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
