import { Button, FileButton, Text } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLookAtFile } from '@/api/assets';
import { useUpload } from '@/api/files';
import type { FileRef } from '@/api/types';
import { fileSize } from '@/core/time';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './making.module.css';
import { MakingForm } from './making-form';
import { fitting, type MappingValues, readMapping, writeMapping } from './mapping';
import { MappingFields } from './mapping-fields';
import { TaskChoice } from './task-choice';
import { type MakingProps, type Task, wayOf } from './ways';

const TASKS = wayOf('file')?.tasks ?? [];

/** Their models read rows of numbers, never texts. */
const ROWS_ONLY = ['skops_model'];
const OF_ROWS: readonly Task[] = ['predict', 'score', 'detect'];

/** A model that was trained elsewhere and kept as one ONNX or skops file: it answers here. */
export default function FileForm({ before, task: given, onSubmit, error, ...frame }: MakingProps) {
  const { t } = useTranslation();
  const [task, setTask] = useState<Task>(given || 'classify');
  const [mapping, setMapping] = useState<MappingValues>(() => readMapping(before?.config));
  const [file, setFile] = useState<FileRef | null>(null);
  const [tried, setTried] = useState(false);
  const upload = useUpload();
  const look = useLookAtFile();
  const take = (chosen: File | null) => {
    if (!chosen) return;
    setFile(null);
    upload.mutate(chosen, {
      onSuccess: (kept) =>
        look.mutate(kept.file_id, {
          onSuccess: (found) => {
            const suited = given ?? (ROWS_ONLY.includes(found.runtime) && !OF_ROWS.includes(task) ? 'predict' : task);
            setFile(kept);
            if (suited) setTask(suited);
            setMapping((now) => fitting(found, suited, now));
          },
        }),
    });
  };
  const submit = () => {
    setTried(true);
    if (!file || !look.data) return;
    onSubmit({
      task,
      version: { runtime: look.data.runtime, config: writeMapping(mapping, task), artifact: file.file_id },
    });
  };
  return (
    <MakingForm
      {...frame}
      error={error}
      onSubmit={(event) => {
        event?.preventDefault();
        submit();
      }}
    >
      {given === undefined && (
        <TaskChoice
          tasks={look.data && ROWS_ONLY.includes(look.data.runtime) ? OF_ROWS : TASKS}
          value={task}
          onChange={setTask}
        />
      )}
      <div className={classes.file}>
        <FileButton accept=".onnx,.skops" onChange={take}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<IconFileUpload size={16} aria-hidden />}
              loading={upload.isPending || look.isPending}
            >
              {t(file ? 'making.file.another' : 'making.file.choose')}
            </Button>
          )}
        </FileButton>
        {file ? (
          <Text size="sm" role="status">
            {file.name} · {fileSize(file.size)}
          </Text>
        ) : (
          <Text size="sm" c={tried && !upload.isPending ? 'red' : 'dimmed'} role={tried ? 'alert' : undefined}>
            {t(tried ? 'making.needs.file' : 'making.file.hint')}
          </Text>
        )}
      </div>
      <ProblemAlert error={upload.error ?? look.error} />
      {file && look.data && <MappingFields slots={look.data} task={task} value={mapping} onChange={setMapping} />}
    </MakingForm>
  );
}
