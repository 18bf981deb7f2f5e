import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { JsonSchema } from '@/core/graph/document';
import { JsonView } from '@/ui/json-view';
import { ValueTable } from '@/ui/value-table';
import { useDataView } from './data-view';
import { ValueTree } from './value-tree';

export interface DataOutProps {
  step: string;
  name: string;
  value: unknown;
  schema: JsonSchema;
}

/** What the step gave in the last run: as a table first, then as fields, then as JSON. */
export function DataOut({ step, name, value, schema }: DataOutProps) {
  const { t } = useTranslation();
  const [view] = useDataView();
  if (value === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {t('editor.data.notRun')}
      </Text>
    );
  }
  if (view === 'json') return <JsonView value={value} label={name} />;
  if (view === 'table') return <ValueTable value={value} caption={name} />;
  return (
    <ValueTree
      plain
      names={[{ name: step, label: name, kind: 'step', node: step, schema }]}
      values={{ [step]: value }}
    />
  );
}
