import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Found } from '@/core/fields';
import { columnsOf, label } from '@/core/values';
import type { DataViewerProps } from './data-view';
import classes from './data-view.module.css';
import { Cell, Marked } from './value-table';
import table from './value-table.module.css';

/** Wider records are read as fields. */
const MOST_COLUMNS = 40;

interface DataRowsProps extends Pick<DataViewerProps, 'name' | 'row' | 'onRow' | 'field'> {
  /** The whole list: its columns stay the same on every page. */
  list: readonly unknown[];
  entries: readonly Found[];
}

/** Entries of a list as numbered rows, a column for each field. */
export function DataRows({ list, entries, name, row, onRow, field }: DataRowsProps) {
  const { t } = useTranslation();
  const columns = columnsOf(list, MOST_COLUMNS);
  if (entries.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className={classes.scroll} tabIndex={0}>
      <Table className={`${table.table} ${classes.rows}`} aria-label={name} highlightOnHover={onRow !== undefined}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" className={classes.number} aria-label={t('ui.data.row')}>
              #
            </Table.Th>
            {columns ? (
              columns.map((column) => (
                <Table.Th key={column} scope="col">
                  {field ? field([column], <Marked text={label(column)} />) : <Marked text={label(column)} />}
                </Table.Th>
              ))
            ) : (
              <Table.Th scope="col">{t('ui.data.value')}</Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map(({ index, value }) => (
            <Table.Tr
              key={index}
              data-chosen={index === row || undefined}
              aria-current={index === row || undefined}
              {...(onRow
                ? {
                    tabIndex: 0,
                    onMouseEnter: () => onRow(index),
                    onMouseLeave: () => onRow(null),
                    onFocus: () => onRow(index),
                    onBlur: () => onRow(null),
                  }
                : {})}
            >
              <Table.Td className={classes.number}>{index + 1}</Table.Td>
              {columns ? (
                columns.map((column) => (
                  <Table.Td key={column}>
                    <Cell value={(value as Record<string, unknown>)[column]} caption={label(column)} depth={1} />
                  </Table.Td>
                ))
              ) : (
                <Table.Td>
                  <Cell value={value} caption={t('ui.data.rowNumber', { number: index + 1 })} depth={1} />
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
