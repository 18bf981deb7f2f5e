import { Button, FileInput, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { IconFile, IconUpload } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSampleFiles, useUpload } from '@/api/files';
import { type GraphNode, nameOf } from '@/core/graph/document';
import { ProblemAlert } from '@/ui/problem-alert';
import { isMissing, labelsOf, type Question, type QuestionFileProps, QuestionInput } from '@/ui/question-input';
import { told } from '@/ui/told';
import { useEditorWorld } from './editor-store';
import classes from './start-dialog.module.css';

export interface StartPayload {
  start: string;
  input?: Record<string, unknown>;
  file?: string;
  /** The last step that runs. */
  until?: string;
  /** A run of which is kept what has not changed. */
  reuse?: string;
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

export function questionsOf(start: GraphNode): Question[] {
  const fields = Array.isArray(start.config.fields) ? (start.config.fields as Question[]) : [];
  return fields.filter((field) => field?.key);
}

function ManualStart({ start, busy, onStart }: PartProps) {
  const { t } = useTranslation();
  const [answers, setAnswers] = useState<Record<string, unknown>>({});
  const [asked, setAsked] = useState(false);
  const questions = questionsOf(start);
  const missing = (question: Question) => isMissing(question, answers[question.key]);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (!questions.some(missing)) onStart({ start: start.key, input: answers });
  };
  return (
    <form onSubmit={send} noValidate>
      <Stack>
        {questions.map((question) => (
          <QuestionInput
            key={question.key}
            question={question}
            value={answers[question.key]}
            error={asked && missing(question) ? t('editor.start.missing') : undefined}
            File={FileAnswer}
            onChange={(value) => setAnswers((before) => ({ ...before, [question.key]: value }))}
          />
        ))}
        <Send busy={busy} />
      </Stack>
    </form>
  );
}

function FileAnswer({ question, error, onChange }: QuestionFileProps) {
  const upload = useUpload();
  return (
    <FileInput
      {...labelsOf(question)}
      error={upload.error ? told(upload.error) : error}
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
