import { Select, Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEvaluation, useEvaluations, useReportComparison } from '@/api/evaluations';
import type { Evaluation } from '@/api/types';
import { sentence } from '@/core/server-words';
import { plainText } from '@/core/values';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TimeAgo } from '@/ui/time-ago';
import { ComparisonTable } from './comparison-table';
import classes from './quality.module.css';
import { Part, ReportView } from './report-view';

/** `/assets/<id>/evaluations/<evaluation>`: how a version was measured, beside another version where that is wanted. */
export default function EvaluationPage() {
  const { t } = useTranslation();
  const { id, evaluation: which } = useParams({ from: '/authed/shell/assets/$id/evaluations/$evaluation' });
  const evaluation = useEvaluation(which);
  const back = (
    <TextLink
      to="/assets/$id"
      params={{ id }}
      search={{ tab: 'quality' }}
      size="sm"
      c="dimmed"
      className={classes.back}
    >
      <IconArrowLeft size={14} aria-hidden /> {t('quality.report.back')}
    </TextLink>
  );
  if (!evaluation.data) {
    return (
      <Page title={t('quality.reports')} back={back}>
        {evaluation.error ? (
          <ProblemAlert error={evaluation.error} retry={() => void evaluation.refetch()} />
        ) : (
          <Waiting />
        )}
      </Page>
    );
  }
  const { version, data_set, report, rows_hidden, created_at, error } = evaluation.data;
  return (
    <Page
      title={t('quality.report.title', { number: version })}
      back={back}
      lead={
        <span className={classes.facts}>
          <span>{t('quality.report.by', { title: data_set.title, number: data_set.number })}</span>
          {report && (
            <span>
              {t('quality.report.answered', { answered: plainText(report.answered), cases: plainText(report.cases) })}
            </span>
          )}
          <TimeAgo at={created_at} />
        </span>
      }
    >
      {report ? (
        <>
          <Compared evaluation={evaluation.data} />
          <ReportView report={report} rowsHidden={rows_hidden} />
        </>
      ) : (
        <Part title={t('quality.report.failed')}>
          <Text>{error ? (sentence(error) ?? error) : t('quality.report.none')}</Text>
        </Part>
      )}
    </Page>
  );
}

function Compared({ evaluation }: { evaluation: Evaluation }) {
  const { t } = useTranslation();
  const { rows } = useEvaluations(evaluation.asset);
  const [chosen, setChosen] = useState<string | null>(null);
  const same = rows.filter(
    (row) =>
      row.state === 'done' &&
      row.version !== evaluation.version &&
      row.data_set.asset === evaluation.data_set.asset &&
      row.data_set.number === evaluation.data_set.number,
  );
  const other = same.find((row) => row.id === chosen);
  const comparison = useReportComparison(evaluation.id, other?.id ?? null);
  if (same.length === 0) return null;
  return (
    <div className={classes.stack}>
      <Select
        className={classes.choice}
        label={t('quality.compare.with')}
        placeholder={t('quality.noSet')}
        clearable
        data={same.map((row) => ({ value: row.id, label: t('quality.compare.version', { number: row.version }) }))}
        value={other?.id ?? null}
        onChange={setChosen}
      />
      <ProblemAlert error={comparison.error} />
      {other && comparison.data && (
        <Part title={t('quality.compare.title', { number: other.version })}>
          <div className={classes.verdict} data-verdict={comparison.data.verdict}>
            <Text fw={600}>{t(`quality.compare.${comparison.data.verdict}`, { number: other.version })}</Text>
            <Text>
              {t('quality.compare.counts', {
                better: plainText(comparison.data.better),
                worse: plainText(comparison.data.worse),
              })}
            </Text>
          </div>
          <ComparisonTable
            comparison={comparison.data}
            figures={evaluation.report?.figures ?? {}}
            before={other.version}
            after={evaluation.version}
          />
        </Part>
      )}
    </div>
  );
}
