import { SegmentedControl, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { JsonView } from '@/ui/json-view';
import { ValueTable } from '@/ui/value-table';

export interface DataOutProps {
  name: string;
  value: unknown;
  /** False: the step has not run yet. */
  known: boolean;
}

/** What the step gave in the last run: as a table first, as JSON for those who ask. */
export function DataOut({ name, value, known }: DataOutProps) {
  const { t } = useTranslation();
  const [as, setAs] = useState('table');
  if (!known) {
    return (
      <Text size="sm" c="dimmed">
        {t('editor.data.notRun')}
      </Text>
    );
  }
  return (
    <>
      <SegmentedControl
        size="xs"
        mb={10}
        value={as}
        onChange={setAs}
        aria-label={t('editor.data.viewAs')}
        data={[
          { value: 'table', label: t('editor.data.table') },
          { value: 'json', label: 'JSON' },
        ]}
      />
      {as === 'table' ? <ValueTable value={value} caption={name} /> : <JsonView value={value} label={name} />}
    </>
  );
}
