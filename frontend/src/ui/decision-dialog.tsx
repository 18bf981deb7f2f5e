import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from './problem-alert';

export interface Question {
  /** Where one may follow another at once: what was written for the first is not for the second. */
  key?: number;
  title: string;
  text?: string;
  verb: string;
  danger?: boolean;
  /** What the person is asked to write; without it nothing. */
  reason?: { label: string; needed: boolean };
  send(reason: string): Promise<unknown>;
}

/** Asks once more, and why. */
export function DecisionDialog({ question, onClose }: { question: Question | null; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={question !== null}
      onClose={onClose}
      title={question?.title}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      {question && <Fields key={question.key} question={question} onClose={onClose} />}
    </Modal>
  );
}

function Fields({ question, onClose }: { question: Question; onClose(): void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (question.reason?.needed && !reason.trim()) {
      setMissing(true);
      return;
    }
    setBusy(true);
    question
      .send(reason.trim())
      .then(onClose, setError)
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert error={error} />
        {question.text && <Text>{question.text}</Text>}
        {question.reason && (
          <Textarea
            label={question.reason.label}
            autosize
            minRows={2}
            maxLength={500}
            data-autofocus
            value={reason}
            error={missing && !reason.trim() ? t('ui.needsReason') : null}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" color={question.danger ? 'red' : 'blue'} loading={busy}>
            {question.verb}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
