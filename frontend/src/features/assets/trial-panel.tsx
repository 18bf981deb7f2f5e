import { Alert, Progress, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isTried } from '@/api/replacements';
import type { Replacement } from '@/api/types';
import { figureText } from '@/core/quality';
import { sentence } from '@/core/server-words';
import { plainText } from '@/core/values';
import classes from './quality.module.css';
import { Part } from './report-view';
import { SmallTable } from './small-table';

/** How the new version does with real calls, beside the old one, and why it was taken back. */
export function TrialPanel({ one }: { one: Replacement }) {
  const { t } = useTranslation();
  const { judged, state, plan } = one;
  const ended = state === 'stopped' || state === 'taken_back' || state === 'refused';
  if (!judged && !isTried(state) && !(ended && one.ended_because)) return null;
  const wanted = plan.calls ?? 0;
  const calls = judged?.after.calls ?? 0;
  const progress = t('replacement.page.of', { calls: plainText(calls), wanted: plainText(wanted) });
  return (
    <Part title={t('replacement.page.trial')}>
      {ended && one.ended_because && (
        <Alert
          color={judged?.reasons.length ? 'red' : 'gray'}
          variant="outline"
          icon={<IconArrowBackUp size={20} aria-hidden />}
          title={state === 'refused' ? t('replacement.state.refused') : t('replacement.page.because')}
        >
          {becauseOf(one).map((line) => (
            <Text key={line}>{line}</Text>
          ))}
        </Alert>
      )}
      {isTried(state) && (
        <div>
          <Progress value={Math.min(100, (calls / wanted) * 100)} aria-label={t('replacement.page.progress')} />
          <Text size="sm" c="dimmed" mt={4}>
            {t('replacement.page.progress')}: {progress}
          </Text>
        </div>
      )}
      {judged ? <Figures one={one} judged={judged} /> : <NoCalls tried={isTried(state)} />}
    </Part>
  );
}

function NoCalls({ tried }: { tried: boolean }) {
  const { t } = useTranslation();
  return tried ? <Text c="dimmed">{t('replacement.page.trialNone')}</Text> : null;
}

/** The product's own reasons one by one, so that each can be said in the reader's language. */
function becauseOf({ judged, state, ended_because = '' }: Replacement): string[] {
  const own = judged?.reasons.map(({ words }) => words) ?? [];
  const lines = state === 'stopped' && own.join(' ') === ended_because ? own : [ended_because];
  return lines.map((line) => sentence(line) ?? line);
}

interface Row {
  name: string;
  before: string;
  after: string;
}

function Figures({ one, judged }: { one: Replacement; judged: NonNullable<Replacement['judged']> }) {
  const { t } = useTranslation();
  const { before, after, agreement } = judged;
  const ms = (value: number | null) =>
    value === null ? '–' : t('quality.report.ms', { ms: plainText(Math.round(value * 10) / 10) });
  const failed = ({ failures, calls }: typeof before) =>
    calls === 0 ? '–' : `${plainText(failures)} (${figureText('accuracy', failures / calls)})`;
  const rows: Row[] = [
    { name: t('replacement.page.calls'), before: plainText(before.calls), after: plainText(after.calls) },
    { name: t('replacement.page.failures'), before: failed(before), after: failed(after) },
    { name: t('replacement.page.typical'), before: ms(before.p50_ms), after: ms(after.p50_ms) },
    { name: t('replacement.page.slow'), before: ms(before.p95_ms), after: ms(after.p95_ms) },
  ];
  return (
    <>
      <SmallTable
        label={t('replacement.page.trial')}
        rows={rows}
        rowKey={(row) => row.name}
        columns={[
          { header: t('quality.report.figure'), cell: (row) => row.name },
          {
            header: t('replacement.page.old', { number: one.before.number }),
            cell: (row) => row.before,
            number: true,
          },
          { header: t('replacement.page.new', { number: one.after.number }), cell: (row) => row.after, number: true },
        ]}
      />
      {agreement !== null && (
        <Text className={classes.facts}>
          {one.plan.how === 'shadow' ? t('replacement.page.agreement') : t('replacement.page.agreementCanary')}:{' '}
          <strong>{figureText('accuracy', agreement)}</strong>
        </Text>
      )}
    </>
  );
}
