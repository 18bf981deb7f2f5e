import { Button, Text, Title } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Report } from '@/api/types';
import { figureText, worstFirst } from '@/core/quality';
import { problemWords } from '@/core/server-words';
import { label, plainText } from '@/core/values';
import { ConfusionTable } from './confusion-table';
import { figureName } from './figure-name';
import classes from './quality.module.css';
import { SmallTable } from './small-table';

const MOST_LABELS = 12;
const MOST_CLASSES = 10;

interface ReportViewProps {
  report: Report;
  rowsHidden: boolean;
  /** The figures of the simplest guess, where there is one. */
  guess?: Record<string, number>;
}

/** Everything a report says. Without the right to see the data set it has no single cases. */
export function ReportView({ report, rowsHidden, guess = {} }: ReportViewProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.stack}>
      <div className={classes.two}>
        <Part title={t('quality.report.figures')}>
          <Figures report={report} guess={guess} />
        </Part>
        <Calibrated report={report} />
        <Errors report={report} />
      </div>
      {report.classes.length > 0 && (
        <Part title={t('quality.report.classes')} hint={t('quality.report.classesHint')}>
          <Classes report={report} />
        </Part>
      )}
      <Confused report={report} />
      {rowsHidden ? (
        <Text c="dimmed">{t('quality.report.hidden')}</Text>
      ) : (
        report.worst.length > 0 && (
          <Part title={t('quality.report.worst')}>
            <Worst report={report} />
          </Part>
        )
      )}
    </div>
  );
}

export function Part({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <div>
        <Title order={2} size="h3" id={id}>
          {title}
        </Title>
        {hint && (
          <Text c="dimmed" size="sm">
            {hint}
          </Text>
        )}
      </div>
      {children}
    </section>
  );
}

function Figures({ report, guess }: { report: Report; guess: Record<string, number> }) {
  const { t } = useTranslation();
  const ms = (value: number) => t('quality.report.ms', { ms: plainText(Math.round(value * 10) / 10) });
  const told = (name: string) => (guess[name] === undefined ? '–' : figureText(name, guess[name]));
  const rows = [
    ...Object.entries(report.figures).map(
      ([name, value]) => [figureName(t, name), figureText(name, value), told(name)] as const,
    ),
    ...(report.ms_p50 === null ? [] : [[t('quality.report.time'), ms(report.ms_p50), '–'] as const]),
    ...(report.ms_p95 === null ? [] : [[t('quality.report.slow'), ms(report.ms_p95), '–'] as const]),
    ...(report.cost === null ? [] : [[t('quality.report.cost'), plainText(report.cost), '–'] as const]),
  ];
  const beside = { header: t('quality.report.guess'), cell: (row: (typeof rows)[number]) => row[2], number: true };
  return (
    <SmallTable
      label={t('quality.report.figures')}
      rows={rows}
      rowKey={([name]) => name}
      columns={[
        { header: t('quality.report.figure'), cell: ([name]) => name },
        { header: t('quality.report.value'), cell: ([, value]) => value, number: true },
        ...(Object.keys(guess).length > 0 ? [beside] : []),
      ]}
    />
  );
}

function Calibrated({ report }: { report: Report }) {
  const { t } = useTranslation();
  if (!report.calibration) return null;
  const share = (value: number) => figureText('accuracy', value);
  return (
    <Part title={t('quality.report.calibration')} hint={t('quality.report.calibrationHint')}>
      <SmallTable
        label={t('quality.report.calibration')}
        rows={report.calibration.bins}
        rowKey={(bin) => String(bin.confidence)}
        columns={[
          { header: t('quality.report.confidence'), cell: (bin) => share(bin.confidence) },
          { header: t('quality.report.right'), cell: (bin) => share(bin.right), number: true },
          { header: t('quality.report.cases'), cell: (bin) => plainText(bin.cases), number: true },
        ]}
      />
    </Part>
  );
}

function Errors({ report }: { report: Report }) {
  const { t } = useTranslation();
  const errors = Object.entries(report.errors);
  if (errors.length === 0) return null;
  return (
    <Part title={t('quality.report.errors')}>
      <SmallTable
        label={t('quality.report.errors')}
        rows={errors}
        rowKey={([code]) => code}
        columns={[
          { header: t('quality.report.code'), cell: ([code]) => problemWords(code) ?? label(code) },
          { header: t('quality.report.count'), cell: ([, count]) => plainText(count), number: true },
        ]}
      />
    </Part>
  );
}

function Classes({ report }: { report: Report }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const classesOf = worstFirst(report.classes);
  const share = (value: number) => figureText('accuracy', value);
  return (
    <>
      <SmallTable
        label={t('quality.report.classes')}
        rows={all ? classesOf : classesOf.slice(0, MOST_CLASSES)}
        rowKey={(one) => one.label}
        columns={[
          { header: t('quality.report.label'), cell: (one) => one.label },
          { header: t('quality.report.precision'), cell: (one) => share(one.precision), number: true },
          { header: t('quality.report.recall'), cell: (one) => share(one.recall), number: true },
          { header: t('quality.report.f1'), cell: (one) => share(one.f1), number: true },
          { header: t('quality.report.cases'), cell: (one) => plainText(one.cases), number: true },
          { header: t('quality.report.given'), cell: (one) => plainText(one.given), number: true },
        ]}
      />
      {!all && classesOf.length > MOST_CLASSES && (
        <div>
          <Button size="compact-sm" variant="default" onClick={() => setAll(true)}>
            {t('quality.report.more', { count: classesOf.length })}
          </Button>
        </div>
      )}
    </>
  );
}

/** The whole matrix where it can be read, else the most frequent mistakes. */
function Confused({ report }: { report: Report }) {
  const { t } = useTranslation();
  if (report.confusion && report.confusion.labels.length <= MOST_LABELS) {
    return (
      <Part title={t('quality.report.confusion')} hint={t('quality.report.confusionHint')}>
        <ConfusionTable confusion={report.confusion} />
      </Part>
    );
  }
  if (report.confused.length === 0) return null;
  return (
    <Part title={t('quality.report.confused')}>
      <SmallTable
        label={t('quality.report.confused')}
        rows={report.confused}
        rowKey={(one) => `${one.expected} ${one.given}`}
        columns={[
          { header: t('quality.report.expected'), cell: (one) => one.expected },
          { header: t('quality.report.answered2'), cell: (one) => one.given },
          { header: t('quality.report.cases'), cell: (one) => plainText(one.cases), number: true },
        ]}
      />
    </Part>
  );
}

function Worst({ report }: { report: Report }) {
  const { t } = useTranslation();
  return (
    <SmallTable
      label={t('quality.report.worst')}
      rows={report.worst}
      rowKey={(one) => one.id}
      columns={[
        { header: t('quality.report.case'), cell: (one) => one.id },
        { header: t('quality.report.why'), cell: (one) => one.why || '–' },
        { header: t('quality.report.expected'), cell: (one) => plainText(one.expected) },
        { header: t('quality.report.answered2'), cell: (one) => plainText(one.given) || '–' },
        {
          header: t('quality.report.confidence'),
          cell: (one) => (one.confidence === null ? '–' : figureText('accuracy', one.confidence)),
          number: true,
        },
      ]}
    />
  );
}
