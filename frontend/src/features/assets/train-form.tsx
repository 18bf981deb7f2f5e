import { Button, FileInput, Group, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUpload } from '@/api/files';
import { type RowsFrom, type TableOf, useDataSets, useStartTraining, useTable } from '@/api/trainings';
import type { AssetDetail } from '@/api/types';
import { EMPTY_FORM, guessed, missing, parametersOf, type TrainedTask, type TrainingForm } from '@/core/training';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { TrainFields } from './train-fields';
import classes from './training.module.css';

interface TrainFormProps {
  asset: AssetDetail;
  task: TrainedTask;
  onClose: () => void;
}

/** Which rows, which column is to be answered; what is guessed can be changed. */
export function TrainForm({ asset, task, onClose }: TrainFormProps) {
  const { t } = useTranslation();
  const [from, setFrom] = useState<RowsFrom | null>(null);
  const [form, setForm] = useState<TrainingForm>(EMPTY_FORM);
  const [tried, setTried] = useState(false);
  const table = useTable(asset.id);
  const start = useStartTraining(asset.id);
  const columns = table.data?.columns ?? [];
  const lacking = missing(task, form);
  const look = (next: RowsFrom) => {
    setFrom(next);
    table.mutate(next, { onSuccess: (found) => setForm(guessed(task, found.columns)) });
  };
  const send = () => {
    setTried(true);
    if (!from || lacking.length > 0) return;
    start.mutate(
      { from, target: form.target, parameters: parametersOf(task, form, columns) },
      {
        onSuccess: () => {
          toast.done(t('learning.train.started'));
          onClose();
        },
      },
    );
  };
  return (
    <section className={classes.panel} aria-labelledby="train">
      <Title order={2} size="h4" id="train">
        {t('learning.train.open')}
      </Title>
      <Text c="dimmed">{t('learning.train.lead')}</Text>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Stack>
          <ProblemAlert error={table.error ?? start.error} />
          <Rows onChosen={look} />
          {table.isPending && <Text role="status">{t('learning.train.reading')}</Text>}
          {table.data && <Found table={table.data} />}
          {table.data && (
            <TrainFields
              task={task}
              columns={columns}
              form={form}
              lacking={tried ? lacking : []}
              onChange={(change) => setForm({ ...form, ...change })}
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" disabled={!table.data} loading={start.isPending}>
              {t('learning.train.start')}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}

/** A file of one's own, or a data set of the workspace. */
function Rows({ onChosen }: { onChosen: (from: RowsFrom) => void }) {
  const { t } = useTranslation();
  const [by, setBy] = useState('file');
  const upload = useUpload();
  const dataSets = useDataSets();
  const choices = (dataSets.data ?? []).map((one) => ({ value: one.id, label: one.title }));
  const send = (file: File | null) => {
    if (file) upload.mutate(file, { onSuccess: (kept) => onChosen({ file: kept.file_id }) });
  };
  return (
    <>
      <ProblemAlert error={upload.error} />
      {choices.length > 0 && (
        <SegmentedControl
          aria-label={t('learning.train.from')}
          value={by}
          onChange={setBy}
          data={[
            { value: 'file', label: t('learning.train.file') },
            { value: 'data_set', label: t('learning.train.dataSet') },
          ]}
        />
      )}
      {by === 'file' ? (
        <FileInput
          label={t('learning.train.file')}
          description={t('learning.train.fileHint')}
          placeholder={t('learning.train.choose')}
          leftSection={<IconUpload size={16} aria-hidden />}
          accept=".csv,.tsv,.jsonl,.ndjson,.xlsx"
          disabled={upload.isPending}
          onChange={send}
        />
      ) : (
        <Select
          label={t('learning.train.dataSet')}
          data={choices}
          searchable
          onChange={(id) => id && onChosen({ data_set: id })}
        />
      )}
    </>
  );
}

/** What the table holds, so that a wrong file is seen before something is learned from it. */
function Found({ table }: { table: TableOf }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" role="status">
      {t('learning.train.found', { count: table.rows, columns: table.columns.map((one) => one.name).join(', ') })}
    </Text>
  );
}
