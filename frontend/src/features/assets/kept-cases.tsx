import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useKeptCases } from '@/api/replacements';
import type { Replacement, Schemas } from '@/api/types';
import { sentence } from '@/core/server-words';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { Badge } from '@/ui/status-badge';
import { ValueTable } from '@/ui/value-table';
import { Part } from './report-view';
import { SmallTable } from './small-table';

/** What the steps that use the asset give with either version, for what people kept to try them. */
export function KeptCases({ one }: { one: Replacement }) {
  const { t } = useTranslation();
  const cases = useKeptCases(one.id);
  return (
    <Part title={t('replacement.page.cases')} hint={t('replacement.page.casesHint')}>
      <ProblemAlert error={cases.error} />
      {cases.isPending && <Waiting lines={2} />}
      {cases.data && <Cases one={one} data={cases.data} />}
    </Part>
  );
}

function Cases({ one, data }: { one: Replacement; data: Schemas['KeptCases'] }) {
  const { t } = useTranslation();
  if (!data.done) return <Text c="dimmed">{t('replacement.page.casesSoon')}</Text>;
  if (data.cases.length + data.hidden === 0) return <Text c="dimmed">{t('replacement.page.casesNone')}</Text>;
  return (
    <>
      {data.cases.length > 0 && (
        <SmallTable
          label={t('replacement.page.cases')}
          rows={data.cases}
          rowKey={(row) => row.id}
          columns={[
            { header: t('replacement.page.step'), cell: (row) => row.step },
            {
              header: t('replacement.page.workflow'),
              cell: (row) => (
                <TextLink to="/workflows/$id" params={{ id: row.workflow }} search={{ step: row.node }}>
                  {row.workflow_name}
                </TextLink>
              ),
            },
            { header: t('replacement.page.outcome'), cell: (row) => <Outcome row={row} /> },
            {
              header: t('replacement.page.old', { number: one.before.number }),
              cell: (row) => <Value row={row} value={row.before} />,
            },
            {
              header: t('replacement.page.new', { number: one.after.number }),
              cell: (row) => <Value row={row} value={row.after} />,
            },
          ]}
        />
      )}
      {data.hidden > 0 && <Text c="dimmed">{t('replacement.page.hidden', { count: data.hidden })}</Text>}
    </>
  );
}

type KeptCase = Schemas['KeptCases']['cases'][number];

function Outcome({ row }: { row: KeptCase }) {
  const { t } = useTranslation();
  if (row.same === null) {
    return (
      <>
        <Badge shown="skipped" label={t('replacement.page.untried')} />
        <Text size="xs" c="dimmed">
          {sentence(row.why) ?? row.why}
        </Text>
      </>
    );
  }
  return row.same ? (
    <Badge shown="done" label={t('replacement.page.same')} />
  ) : (
    <Badge shown="needs-you" label={t('replacement.page.different')} />
  );
}

function Value({ row, value }: { row: KeptCase; value: unknown }) {
  if (value === null) return '–';
  return <ValueTable value={value} caption={row.step} depth={2} />;
}
