import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './quality.module.css';

export interface SmallColumn<T> {
  header: string;
  cell: (row: T) => ReactNode;
  /** Figures stand right, one under the other. */
  number?: boolean;
}

interface SmallTableProps<T> {
  label: string;
  columns: readonly SmallColumn<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
}

/** A short table of figures; its first column names the row. */
export function SmallTable<T>({ label, columns, rows, rowKey }: SmallTableProps<T>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the page is scrolled by keyboard, too
    <section className={classes.scroll} tabIndex={0} aria-label={label}>
      <Table aria-label={label} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.header} scope="col" className={column.number ? classes.number : undefined}>
                {column.header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={rowKey(row)}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <Table.Th key={column.header} scope="row" className={classes.long}>
                    {column.cell(row)}
                  </Table.Th>
                ) : (
                  <Table.Td key={column.header} className={column.number ? classes.number : classes.long}>
                    {column.cell(row)}
                  </Table.Td>
                ),
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
