import { useTranslation } from 'react-i18next';
import type { ReportComparison } from '@/api/types';
import { betterOrWorse, figureText } from '@/core/quality';
import { figureName } from './figure-name';
import classes from './quality.module.css';
import { SmallTable } from './small-table';

interface ComparisonTableProps {
  comparison: ReportComparison;
  /** Of the newer version. */
  figures: Readonly<Record<string, number>>;
  before: number;
  after: number;
}

const TONE = { better: classes.better, worse: classes.worse, same: undefined };

/** The figures of two versions side by side; what got better or worse is said by its sign as well as by its colour. */
export function ComparisonTable({ comparison, figures, before, after }: ComparisonTableProps) {
  const { t } = useTranslation();
  const names = Object.keys(comparison.changes);
  const change = (name: string) => comparison.changes[name] ?? 0;
  return (
    <SmallTable
      label={t('quality.compare.title', { number: before })}
      rows={[comparison.main, ...names.filter((name) => name !== comparison.main)]}
      rowKey={(name) => name}
      columns={[
        { header: t('quality.report.figure'), cell: (name) => figureName(t, name) },
        {
          header: t('quality.compare.before', { number: before }),
          cell: (name) => figureText(name, (figures[name] ?? 0) - change(name)),
          number: true,
        },
        {
          header: t('quality.compare.before', { number: after }),
          cell: (name) => figureText(name, figures[name] ?? 0),
          number: true,
        },
        {
          header: t('quality.compare.change'),
          cell: (name) => (
            <span className={TONE[betterOrWorse(name, change(name))]}>{figureText(name, change(name), true)}</span>
          ),
          number: true,
        },
      ]}
    />
  );
}
