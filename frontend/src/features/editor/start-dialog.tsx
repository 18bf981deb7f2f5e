import {
  Button,
  FileInput,
  Group,
  Modal,
  NumberInput,
  Select,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { IconFile, IconUpload } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSampleFiles, useUpload } from '@/api/files';
import type { FileRef } from '@/api/types';
import { type GraphNode, nameOf } from '@/core/graph/document';
import { ProblemAlert } from '@/ui/problem-alert';
import { useEditorWorld } from './editor-store';
import classes from './start-dialog.module.css';

export interface StartPayload {
  start: string;
  input?: Record<string, unknown>;
  file?: string;
  /** The last step that runs. */
  until?: string;
}

export interface StartDialogProps {
  start: GraphNode;
  busy: boolean;
  error: unknown;
  onStart(payload: StartPayload): void;
  onClose(): void;
}

/** What a start asks for before a run: its questions, a file, or the data of an incoming link. */
export function StartDialog({ start, busy, error, onStart, onClose }: StartDialogProps) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('editor.start.title', { name: nameOf(start, nodeTypes) })}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      <Stack>
        {error ? <ProblemAlert error={error} /> : null}
        {start.type === 'start_file' && <FileStart start={start} busy={busy} onStart={onStart} />}
        {start.type === 'start_link' && <LinkStart start={start} busy={busy} onStart={onStart} />}
        {start.type !== 'start_file' && start.type !== 'start_link' && (
          <ManualStart start={start} busy={busy} onStart={onStart} />
        )}
      </Stack>
    </Modal>
  );
}

type PartProps = Pick<StartDialogProps, 'start' | 'busy' | 'onStart'>;

function FileStart({ start, busy, onStart }: PartProps) {
  const { t } = useTranslation();
  const upload = useUpload();
  const samples = useSampleFiles();
  const accept = Array.isArray(start.config.accept) ? start.config.accept.join(',') : undefined;
  const send = (file: File | null) => {
    if (file) upload.mutate(file, { onSuccess: (ref) => onStart({ start: start.key, file: ref.file_id }) });
  };
  return (
    <>
      {upload.error && <ProblemAlert error={upload.error} />}
      <FileInput
        label={t('editor.start.file')}
        description={t('editor.start.fileHelp')}
        placeholder={t('editor.start.choose')}
        leftSection={<IconUpload size={16} />}
        accept={accept}
        disabled={busy || upload.isPending}
        onChange={send}
      />
      {samples.data && samples.data.length > 0 && (
        <div>
          <Text size="sm" fw={500} mb={6}>
            {t('editor.start.samples')}
          </Text>
          <ul className={classes.samples}>
            {samples.data.map((sample) => (
              <li key={sample.file.file_id}>
                <button
                  type="button"
                  disabled={busy}
                  onClick={() => onStart({ start: start.key, file: sample.file.file_id })}
                >
                  <IconFile size={16} />
                  <span>
                    {sample.title || sample.name}
                    <small>{sample.description}</small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function LinkStart({ start, busy, onStart }: PartProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('{\n  \n}');
  const [wrong, setWrong] = useState(false);
  const send = (event: FormEvent) => {
    event.preventDefault();
    try {
      onStart({ start: start.key, input: { body: JSON.parse(text), headers: {}, query: {} } });
    } catch {
      setWrong(true);
    }
  };
  return (
    <form onSubmit={send}>
      <Textarea
        label={t('editor.start.body')}
        description={t('editor.start.bodyHelp')}
        autosize
        minRows={5}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={text}
        error={wrong ? t('editor.form.notJson') : undefined}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setWrong(false);
        }}
      />
      <Send busy={busy} />
    </form>
  );
}

interface Question {
  key: string;
  label: string;
  type: 'text' | 'number' | 'date' | 'choice' | 'file' | 'switch';
  required?: boolean;
  choices?: string[];
  help?: string;
}

export function questionsOf(start: GraphNode): Question[] {
  const fields = Array.isArray(start.config.fields) ? (start.config.fields as Question[]) : [];
  return fields.filter((field) => field?.key);
}

function ManualStart({ start, busy, onStart }: PartProps) {
  const { t } = useTranslation();
  const [answers, setAnswers] = useState<Record<string, unknown>>({});
  const [asked, setAsked] = useState(false);
  const questions = questionsOf(start);
  const missing = (question: Question) => {
    const answer = answers[question.key];
    return (
      Boolean(question.required) &&
      question.type !== 'switch' &&
      (answer === undefined || answer === '' || answer === null)
    );
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (!questions.some(missing)) onStart({ start: start.key, input: answers });
  };
  return (
    <form onSubmit={send} noValidate>
      <Stack>
        {questions.map((question) => (
          <Answer
            key={question.key}
            question={question}
            value={answers[question.key]}
            error={asked && missing(question) ? t('editor.start.missing') : undefined}
            onChange={(value) => setAnswers((before) => ({ ...before, [question.key]: value }))}
          />
        ))}
        <Send busy={busy} />
      </Stack>
    </form>
  );
}

interface AnswerProps {
  question: Question;
  value: unknown;
  error: string | undefined;
  onChange(value: unknown): void;
}

function Answer({ question, value, error, onChange }: AnswerProps) {
  const shared = {
    label: question.label || question.key,
    description: question.help || undefined,
    required: question.required ?? false,
    error,
  };
  if (question.type === 'number')
    return <NumberInput {...shared} value={(value as number) ?? ''} onChange={onChange} />;
  if (question.type === 'switch') {
    return (
      <Switch
        label={shared.label}
        description={shared.description}
        checked={Boolean(value)}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (question.type === 'choice') {
    return <Select {...shared} data={question.choices ?? []} value={(value as string) ?? null} onChange={onChange} />;
  }
  if (question.type === 'date') return <DateInput {...shared} value={(value as string) ?? null} onChange={onChange} />;
  if (question.type === 'file') return <FileAnswer shared={shared} onChange={onChange} />;
  return (
    <TextInput {...shared} value={(value as string) ?? ''} onChange={(event) => onChange(event.currentTarget.value)} />
  );
}

interface FileAnswerProps {
  shared: { label: string; description: string | undefined; required: boolean; error: string | undefined };
  onChange(value: FileRef | undefined): void;
}

function FileAnswer({ shared, onChange }: FileAnswerProps) {
  const upload = useUpload();
  return (
    <FileInput
      {...shared}
      error={upload.error?.message ?? shared.error}
      leftSection={<IconUpload size={16} />}
      clearable
      disabled={upload.isPending}
      onChange={(file) => {
        if (file) upload.mutate(file, { onSuccess: onChange });
        else onChange(undefined);
      }}
    />
  );
}

function Send({ busy }: { busy: boolean }) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end" mt="md">
      <Button type="submit" loading={busy}>
        {t('editor.run.start')}
      </Button>
    </Group>
  );
}
