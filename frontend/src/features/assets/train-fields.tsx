import { Button, MultiSelect, NumberInput, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TableColumn, TrainedTask, TrainingForm } from '@/core/training';
import classes from './training.module.css';

interface TrainFieldsProps {
  task: TrainedTask;
  columns: readonly TableColumn[];
  form: TrainingForm;
  /** Fields that still need an answer. */
  lacking: readonly (keyof TrainingForm)[];
  onChange: (change: Partial<TrainingForm>) => void;
}

/** The columns that matter; everything else has a good default and stands behind "More options". */
export function TrainFields({ task, columns, form, lacking, onChange }: TrainFieldsProps) {
  const { t } = useTranslation();
  const [more, setMore] = useState(false);
  const names = (...kinds: TableColumn['kind'][]) =>
    columns.filter((one) => kinds.length === 0 || kinds.includes(one.kind)).map((one) => one.name);
  const column = (name: 'target' | 'text' | 'time' | 'series', choices: string[], required: boolean) => (
    <Select
      label={t(`learning.field.${name}`)}
      description={t(`learning.field.${name}Hint`)}
      data={choices}
      value={form[name] || null}
      searchable
      clearable={!required}
      required={required}
      withAsterisk={false}
      error={lacking.includes(name) ? t('learning.field.missing') : undefined}
      onChange={(value) => onChange({ [name]: value ?? '' })}
    />
  );
  const dates = names('date');
  return (
    <>
      {task === 'classify' && column('text', names('text', 'choice'), true)}
      {task === 'forecast' && column('time', dates, true)}
      {column('target', task === 'forecast' ? names('number') : names(), task !== 'detect')}
      {task === 'forecast' && (
        <NumberInput
          label={t('learning.field.periods')}
          description={t('learning.field.periodsHint')}
          min={1}
          max={400}
          value={form.periods}
          onChange={(value) => onChange({ periods: Number(value) || 12 })}
        />
      )}
      <Button
        variant="subtle"
        size="compact-sm"
        className={classes.more}
        aria-expanded={more}
        onClick={() => setMore(!more)}
      >
        {t('learning.field.more')}
      </Button>
      {more && (
        <Stack>
          {task === 'classify' && (
            <>
              <Radio.Group
                label={t('learning.field.method')}
                value={form.method}
                onChange={(value) => onChange({ method: value as TrainingForm['method'] })}
              >
                <Stack gap={6} mt={4}>
                  <Radio value="meaning" label={t('learning.field.meaning')} />
                  <Radio value="words" label={t('learning.field.words')} />
                </Stack>
              </Radio.Group>
              <TextInput
                label={t('learning.field.outside')}
                description={t('learning.field.outsideHint')}
                value={form.outside}
                onChange={(event) => onChange({ outside: event.currentTarget.value })}
              />
            </>
          )}
          {task !== 'forecast' && column('time', dates, false)}
          {task === 'forecast' && column('series', names('choice', 'text'), false)}
          {(task === 'predict' || task === 'detect') && (
            <MultiSelect
              label={t('learning.field.left')}
              description={t('learning.field.leftHint')}
              data={names().filter((name) => name !== form.target && name !== form.time)}
              value={form.left}
              searchable
              onChange={(left) => onChange({ left })}
            />
          )}
        </Stack>
      )}
    </>
  );
}
