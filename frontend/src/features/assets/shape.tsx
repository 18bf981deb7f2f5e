import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ValueTable } from '@/ui/value-table';
import { fieldsOf, type Schema } from './shape-fields';

/** What something takes or gives: its fields by name, from a JSON Schema or from a plain list of kinds. */
export function Shape({ schema, caption }: { schema: Schema; caption: string }) {
  const { t } = useTranslation();
  const fields = fieldsOf(schema);
  if (Object.keys(fields).length === 0) return <Text c="dimmed">{t('assets.version.nothing')}</Text>;
  return <ValueTable value={fields} caption={caption} />;
}
