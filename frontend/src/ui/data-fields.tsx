import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Field, type Path, pathWords } from '@/core/fields';
import type { DataViewerProps } from './data-view';
import classes from './data-view.module.css';
import { Cell, Marked } from './value-table';
import table from './value-table.module.css';

/** Of one entry; the JSON has them all. */
const MOST = 100;
const NOWHERE: Path = [];

interface DataFieldsProps extends Pick<DataViewerProps, 'name' | 'field'> {
  fields: readonly Field[];
  /** Where in the data these fields stand. */
  at?: Path;
}

/** Every single value with its name, the way to it, and its kind. */
export function DataFields({ fields, name, field, at = NOWHERE }: DataFieldsProps) {
  const { t } = useTranslation();
  const more = fields.length - MOST;
  return (
    <>
      <Table className={`${table.table} ${classes.fields}`} aria-label={name}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('ui.data.field')}</Table.Th>
            <Table.Th scope="col">{t('ui.data.kind')}</Table.Th>
            <Table.Th scope="col">{t('ui.data.value')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.slice(0, MOST).map(({ path, kind, value }) => {
            const words = <Marked text={pathWords(path) || t('ui.data.value')} />;
            return (
              <Table.Tr key={path.join('\n')}>
                <Table.Th scope="row" className={table.key}>
                  {field ? field([...at, ...path], words) : words}
                </Table.Th>
                <Table.Td className={classes.kind}>{t(`ui.data.kinds.${kind}`)}</Table.Td>
                <Table.Td>
                  <Cell value={value} caption={pathWords(path)} depth={1} />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {more > 0 && (
        <Text size="xs" c="dimmed">
          {t('ui.data.moreFields', { count: more })}
        </Text>
      )}
    </>
  );
}
