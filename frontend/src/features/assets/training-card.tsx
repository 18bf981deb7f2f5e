import { Alert, Text, Title } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Report } from '@/api/types';
import { sentence } from '@/core/server-words';
import { label } from '@/core/values';
import { TextLink } from '@/ui/button-link';
import { ValueTable } from '@/ui/value-table';
import classes from './assets.module.css';
import { readCard } from './card-reading';
import { ReportView } from './report-view';

interface TrainingCardProps {
  card: Record<string, unknown>;
  /** Single rows of what it was measured by are kept from who may not add versions. */
  rowsHidden: boolean;
}

/** How good a model is, honestly: what to know about it, beside the simplest guess; and how it was made. */
export function TrainingCard({ card, rowsHidden }: TrainingCardProps) {
  const { t } = useTranslation();
  const known = readCard(card);
  const report = card.report as Report | undefined;
  return (
    <div className={classes.column}>
      {known.warnings.length > 0 && (
        <Alert
          color="orange"
          variant="outline"
          classNames={{ title: classes.overdue }}
          title={t('assets.version.warnings')}
          icon={<IconInfoCircle size={18} aria-hidden />}
        >
          <ul className={classes.warnings}>
            {known.warnings.map((text) => (
              <li key={text}>{sentence(text) ?? text}</li>
            ))}
          </ul>
        </Alert>
      )}
      {report && <ReportView report={report} rowsHidden={rowsHidden} guess={known.baseline} />}
      <section className={classes.panel} aria-label={t('assets.version.card')}>
        <Title order={2} size="h4">
          {t('assets.version.card')}
        </Title>
        <dl className={classes.list}>
          <Fact name={t('assets.version.pipeline')} value={known.pipeline && label(known.pipeline)} />
          <Fact name={t('assets.version.seed')} value={known.seed} />
          <Fact name={t('assets.version.code')} value={known.code && <code>{known.code}</code>} />
          <Fact
            name={t('assets.version.run')}
            value={
              known.run && (
                <TextLink to="/runs/$id" params={{ id: known.run }} search={{}}>
                  {t('assets.version.openRun')}
                </TextLink>
              )
            }
          />
        </dl>
        {!report && <Record title={t('assets.version.metrics')} value={known.metrics} />}
        <Record title={t('assets.version.data')} value={known.data} />
        <Record title={t('assets.version.split')} value={known.split} />
        <Record title={t('assets.version.parameters')} value={known.parameters} />
      </section>
    </div>
  );
}

function Record({ title, value }: { title: string; value: object }) {
  if (Object.keys(value).length === 0) return null;
  return (
    <section className={classes.section} aria-label={title}>
      <Title order={3} size="h5">
        {title}
      </Title>
      <ValueTable value={value} caption={title} />
    </section>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  if (value === null || value === undefined || value === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Text component="div" size="sm">
          {value}
        </Text>
      </dd>
    </div>
  );
}
