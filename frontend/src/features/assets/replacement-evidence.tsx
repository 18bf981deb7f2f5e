import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useComparison, useUses } from '@/api/asset-versions';
import { isApiError } from '@/api/client';
import { isUnderWay, useEvaluation, useReportComparison } from '@/api/evaluations';
import type { Replacement, ReportComparison } from '@/api/types';
import { plainText } from '@/core/values';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { WorkflowBadge } from '@/ui/status-badge';
import { ComparisonTable } from './comparison-table';
import { DifferenceTable } from './difference-table';
import classes from './quality.module.css';
import { Part } from './report-view';

const VERDICTS = { better: 'verdictBetter', worse: 'verdictWorse', equal: 'verdictEqual' } as const;

/** Both versions, asked the same rows. */
export function Measured({ one }: { one: Replacement }) {
  const { t } = useTranslation();
  const { before_report: before, after_report: after } = one;
  if (!before || !after) {
    return (
      <Part title={t('replacement.page.measured')}>
        <Text c="dimmed">{t('replacement.page.measuredNone')}</Text>
      </Part>
    );
  }
  const done = before.state === 'done' && after.state === 'done';
  const open = [before, after].filter(({ state }) => isUnderWay(state));
  return (
    <Part title={t('replacement.page.measured')}>
      {done && <Beside one={one} before={before.id} after={after.id} />}
      {open.length > 0 && (
        <>
          <Text>{t('replacement.page.measuredSoon')}</Text>
          {open.map(({ id, asked, cases }) => (
            <Text key={id} c="dimmed" size="sm">
              {t('quality.progress', { asked, cases })}
            </Text>
          ))}
        </>
      )}
      {[before, after].map(
        ({ id, version, error, state }) =>
          !isUnderWay(state) && (
            <div key={id}>
              <TextLink to="/assets/$id/evaluations/$evaluation" params={{ id: one.asset.id, evaluation: id }}>
                {t('replacement.page.openReport', { number: version })}
              </TextLink>
              {error && <Text c="dimmed">{error}</Text>}
            </div>
          ),
      )}
    </Part>
  );
}

function Beside({ one, before, after }: { one: Replacement; before: string; after: string }) {
  const comparison = useReportComparison(after, before);
  const whole = useEvaluation(after);
  if (comparison.error) return <ProblemAlert error={comparison.error} />;
  if (!comparison.data || !whole.data?.report) return <Waiting lines={3} />;
  return (
    <>
      <Verdict comparison={comparison.data} after={one.after.number} />
      <ComparisonTable
        comparison={comparison.data}
        figures={whole.data.report.figures}
        before={one.before.number}
        after={one.after.number}
      />
    </>
  );
}

function Verdict({ comparison, after }: { comparison: ReportComparison; after: number }) {
  const { t } = useTranslation();
  const { verdict, better, worse } = comparison;
  const counts = { after, better: plainText(better), worse: plainText(worse) };
  return (
    <div className={classes.verdict} data-verdict={verdict}>
      <Text fw={600}>{t(`replacement.page.${VERDICTS[verdict]}`, counts)}</Text>
    </div>
  );
}

/** What the two versions are made of, side by side. */
export function Differing({ one }: { one: Replacement }) {
  const { t } = useTranslation();
  const title = t('replacement.page.difference');
  const difference = useComparison(one.asset.id, one.before.number, one.after.number);
  return (
    <Part title={title}>
      {isApiError(difference.error, 'denied') ? (
        <Text c="dimmed">{t('replacement.page.differenceHidden')}</Text>
      ) : (
        <ProblemAlert error={difference.error} />
      )}
      {difference.isPending && <Waiting lines={3} />}
      {difference.data?.differences.length === 0 && <Text c="dimmed">{t('replacement.page.differenceNone')}</Text>}
      {difference.data && difference.data.differences.length > 0 && (
        <DifferenceTable label={title} rows={difference.data.differences} />
      )}
    </Part>
  );
}

/** The workflows and assets that follow the name. */
export function Affected({ one }: { one: Replacement }) {
  const { t } = useTranslation();
  const uses = useUses(one.asset.id);
  const workflows = uses.data?.workflows.filter(({ aliases }) => aliases.includes(one.alias)) ?? [];
  const nobody = uses.data && workflows.length + uses.data.assets.length + uses.data.hidden === 0;
  return (
    <Part title={t('replacement.page.affected')}>
      <ProblemAlert error={uses.error} />
      {uses.isPending && <Waiting lines={2} />}
      {nobody && <Text c="dimmed">{t('replacement.page.affectedNone')}</Text>}
      {workflows.map(({ id, name, status, nodes }) => (
        <div key={id} className={classes.facts}>
          <TextLink to="/workflows/$id" params={{ id }} search={{ step: nodes[0] }}>
            {name}
          </TextLink>
          <WorkflowBadge status={status} />
        </div>
      ))}
      {uses.data?.assets.map(({ id, title }) => (
        <TextLink key={id} to="/assets/$id" params={{ id }}>
          {title}
        </TextLink>
      ))}
      {uses.data && uses.data.hidden > 0 && (
        <Text c="dimmed">{t('replacement.page.affectedHidden', { count: uses.data.hidden })}</Text>
      )}
    </Part>
  );
}
