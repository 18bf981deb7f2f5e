import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Report } from '@/api/types';
import classes from './quality.module.css';

/** What is taken for what: a row for each known label, a column for each answer. */
export function ConfusionTable({ confusion }: { confusion: NonNullable<Report['confusion']> }) {
  const { t } = useTranslation();
  const { labels, counts } = confusion;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the page is scrolled by keyboard, too
    <section className={classes.scroll} tabIndex={0} aria-label={t('quality.report.confusion')}>
      <Table className={classes.matrix} aria-label={t('quality.report.confusion')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('quality.report.expected')}</Table.Th>
            {labels.map((label) => (
              <Table.Th key={label} scope="col" className={classes.number}>
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {labels.map((expected, row) => (
            <Table.Tr key={expected}>
              <Table.Th scope="row">{expected}</Table.Th>
              {labels.map((given, column) => {
                const count = counts[row]?.[column] ?? 0;
                return (
                  <Table.Td
                    key={given}
                    className={classes.cell}
                    data-empty={count === 0 || undefined}
                    data-right={(row === column && count > 0) || undefined}
                    data-wrong={(row !== column && count > 0) || undefined}
                  >
                    {count}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
