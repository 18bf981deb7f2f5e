import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Task } from './ways';

interface TaskChoiceProps {
  tasks: readonly Task[];
  value: Task;
  onChange: (task: Task) => void;
}

/** What a new model is made to do. */
export function TaskChoice({ tasks, value, onChange }: TaskChoiceProps) {
  const { t } = useTranslation();
  return (
    <Select
      label={t('making.task')}
      description={t(`making.does.${value}`)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      allowDeselect={false}
      data={tasks.map((task) => ({ value: task, label: t(`assets.task.${task}`) }))}
      value={value}
      onChange={(next) => {
        const found = tasks.find((task) => task === next);
        if (found) onChange(found);
      }}
    />
  );
}
