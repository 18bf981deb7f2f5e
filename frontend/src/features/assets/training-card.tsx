import { Alert, Text, Title } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { sentence } from '@/core/server-words';
import { label } from '@/core/values';
import { TextLink } from '@/ui/button-link';
import { ValueTable } from '@/ui/value-table';
import classes from './assets.module.css';
import { besideGuess, type Card, readCard } from './card-reading';

/** How a model was made and how good it is, honestly: beside the simplest guess, with what to know about it. */
export function TrainingCard({ card }: { card: Record<string, unknown> }) {
  const { t } = useTranslation();
  const known = readCard(card);
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
      <Figures card={known} />
      <Classes card={known} />
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
      <Record title={t('assets.version.data')} value={known.data} />
      <Record title={t('assets.version.split')} value={known.split} />
      <Record title={t('assets.version.parameters')} value={known.parameters} />
    </div>
  );
}

/** Each figure of the model beside the one of the simplest guess. */
function Figures({ card }: { card: Card }) {
  const { t } = useTranslation();
  const rows = besideGuess(card);
  if (rows.length === 0) return null;
  const value = rows.map(({ name, model, guess }) => ({
    [t('assets.version.measure')]: label(name),
    [t('assets.version.model')]: model,
    ...(card.hasBaseline ? { [t('assets.version.guess')]: guess ?? '–' } : {}),
  }));
  return (
    <section className={classes.section} aria-label={t('assets.version.baseline')}>
      <Title order={3} size="h5">
        {card.hasBaseline ? t('assets.version.baseline') : t('assets.version.metrics')}
      </Title>
      <ValueTable value={value} caption={t('assets.version.baseline')} />
    </section>
  );
}

/** How well each label is known, and which are taken for each other. */
function Classes({ card }: { card: Card }) {
  const { t } = useTranslation();
  const [by, taken] = [t('assets.version.byLabel'), t('assets.version.confused')];
  const labels = card.classes.map(({ label: name, precision, recall, cases }) => ({
    [t('assets.version.label')]: name,
    [t('assets.version.precision')]: precision,
    [t('assets.version.recall')]: recall,
    [t('assets.version.cases')]: cases,
  }));
  const confused = card.confused.map(({ expected, given, cases }) => ({
    [t('assets.version.expected')]: expected,
    [t('assets.version.given')]: given,
    [t('assets.version.cases')]: cases,
  }));
  return (
    <>
      {labels.length > 0 && <Record title={by} value={labels} />}
      {confused.length > 0 && <Record title={taken} value={confused} />}
    </>
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
