import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeepSample } from '@/api/samples';
import { LARGEST_SAMPLE, readSample } from '@/core/samples';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { ValueTable } from '@/ui/value-table';
import { useEditorWorld } from './editor-store';
import classes from './sample-editor.module.css';

export interface SampleEditorProps {
  step: string;
  name: string;
  /** What to begin with; `undefined` for an empty page. */
  value: unknown;
  onClose(): void;
}

const PAUSE_MS = 200;

/** Writes or pastes what a step is to have given: JSON, or rows of a spreadsheet; shows how it is understood. */
export function SampleEditor({ step, name, value, onClose }: SampleEditorProps) {
  const { t } = useTranslation();
  const { workflow } = useEditorWorld();
  const keep = useKeepSample(workflow);
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const [sent, setSent] = useState(false);
  const read = readSample(settled);
  const said = settled.trim() !== '' || sent;
  const problem =
    !read.ok && said
      ? t(`editor.sample.problem.${read.problem}`, { line: read.line ?? 1, most: LARGEST_SAMPLE / 1024 })
      : undefined;
  const save = () => {
    setSent(true);
    const now = readSample(text);
    if (!now.ok) return;
    keep.mutate(
      { node: step, value: now.value },
      {
        onSuccess: () => {
          toast.done(t('editor.sample.done'));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={820}
      title={t('editor.sample.editor', { name })}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <Stack gap="md">
        <ProblemAlert error={keep.error} />
        <Textarea
          data-autofocus
          label={t('editor.sample.data')}
          description={t('editor.sample.dataHelp')}
          autosize
          minRows={8}
          maxRows={18}
          spellCheck={false}
          classNames={{ input: classes.text ?? '' }}
          value={text}
          error={problem}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {read.ok && (
          <section className={classes.read} aria-label={t('editor.sample.read')}>
            <Text size="sm" fw={600} mb={6}>
              {read.rows === null ? t('editor.sample.read') : t('editor.sample.rows', { count: read.rows })}
            </Text>
            <ValueTable value={read.value} caption={name} />
          </section>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('editor.cancel')}
          </Button>
          <Button loading={keep.isPending} onClick={save}>
            {t('editor.sample.keep')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
