import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRecentUse } from '@/api/assets';
import type { AssetDetail } from '@/api/types';
import { count, percent } from '@/core/figures';
import { dayOf } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { CopyLine } from '@/ui/copy-line';
import { Tag } from '@/ui/tag';
import { TimeAgo } from '@/ui/time-ago';
import { ValueTable } from '@/ui/value-table';
import type { TabProps } from './asset-tabs';
import classes from './assets.module.css';
import { money } from './money';
import { taskWord } from './task-word';
import { Total } from './use-totals';

/** The card of an asset: what it is for, who answers for it, what answers now. */
export default function OverviewTab({ asset }: TabProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        {asset.archived_at && <Text c="dimmed">{t('assets.archive.note')}</Text>}
        {asset.sample && <Text c="dimmed">{t('assets.sampleText')}</Text>}
        <RecentUse asset={asset} />
        <Words asset={asset} />
        <Live asset={asset} />
      </div>
      <Facts asset={asset} />
    </div>
  );
}

/** The last days in short; the tab of use tells more. */
function RecentUse({ asset }: { asset: AssetDetail }) {
  const { t, i18n } = useTranslation();
  const recent = useRecentUse([asset.id]).get(asset.id);
  if (!recent?.last_call_at) return null;
  const number = (value: number) => count(value, i18n.language);
  return (
    <section className={classes.section} aria-labelledby="recent">
      <div className={classes.head}>
        <Title order={2} size="h4" id="recent">
          {t('assets.recent.title')}
        </Title>
        <TextLink to="/assets/$id" params={{ id: asset.id }} search={{ tab: 'use' }} size="sm">
          {t('assets.recent.more')}
        </TextLink>
      </div>
      <dl className={classes.totals}>
        <Total name={t('assets.recent.calls')} value={number(recent.calls)} />
        <Total
          name={t('assets.recent.failed')}
          value={recent.calls > 0 ? percent(recent.errors / recent.calls, i18n.language) : '–'}
          detail={t('assets.recent.of', { failed: number(recent.errors), calls: number(recent.calls) })}
          failed={recent.errors > 0}
        />
        <Total
          name={t('assets.recent.cost')}
          value={money(recent.cost) ?? '–'}
          detail={recent.cost === null ? t('assets.recent.noCost') : undefined}
        />
        <Total name={t('assets.recent.last')} value={<TimeAgo at={recent.last_call_at} />} />
      </dl>
    </section>
  );
}

function Words({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const said = (text: string, none: string) =>
    text ? (
      <p className={classes.words}>{text}</p>
    ) : (
      <Text c="dimmed" className={classes.words}>
        {none}
      </Text>
    );
  return (
    <>
      {asset.description && <p className={classes.words}>{asset.description}</p>}
      <section className={classes.section} aria-labelledby="purpose">
        <Title order={2} size="h4" id="purpose">
          {t('assets.card.purpose')}
        </Title>
        {said(asset.purpose, t('assets.card.noPurpose'))}
      </section>
      <section className={classes.section} aria-labelledby="oversight">
        <Title order={2} size="h4" id="oversight">
          {t('assets.card.oversight')}
        </Title>
        {said(asset.oversight, t('assets.card.noOversight'))}
      </section>
    </>
  );
}

function Live({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { live } = asset;
  return (
    <section className={classes.panel} aria-labelledby="live">
      <div className={classes.head}>
        <Title order={2} size="h4" id="live">
          {live ? t('assets.live.title', { number: live.number }) : t('assets.live.none')}
        </Title>
        {live && (
          <Text c="dimmed" size="sm" component="div">
            {live.runtime && `${t(`assets.runtime.${live.runtime}`)} · `}
            <TimeAgo at={live.created_at} />
            {' · '}
            <TextLink to="/assets/$id/versions/$number" params={{ id: asset.id, number: String(live.number) }}>
              {t('assets.live.details', { number: live.number })}
            </TextLink>
          </Text>
        )}
      </div>
      {live && Object.keys(live.metrics).length > 0 && (
        <ValueTable value={live.metrics} caption={t('assets.live.metrics')} />
      )}
      {live && Object.keys(live.metrics).length === 0 && asset.kind === 'model' && (
        <Text c="dimmed">{t('assets.live.noMetrics')}</Text>
      )}
      {!live && <Text c="dimmed">{t(asset.may.modify ? 'assets.live.noneText' : 'assets.live.noneLook')}</Text>}
    </section>
  );
}

function Facts({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const facts: [string, ReactNode][] = [
    [t('assets.facts.owner'), asset.owner?.name ?? t('assets.facts.nobody')],
    [t('assets.facts.risk'), <Risk key="risk" asset={asset} />],
    [t('assets.facts.review'), <Review key="review" asset={asset} />],
    [t('assets.facts.kind'), t(`assets.kind.${asset.kind}`)],
    ...(asset.task ? [[t('assets.facts.task'), taskWord(t, asset.task)] satisfies [string, ReactNode]] : []),
    [t('assets.facts.tags'), <Tags key="tags" asset={asset} />],
    ...(asset.kind === 'data_set'
      ? []
      : [[t('assets.facts.measured'), <Measured key="set" asset={asset} />] satisfies [string, ReactNode]]),
    [t('assets.facts.since'), <TimeAgo key="since" at={asset.created_at} />],
  ];
  return (
    <aside className={classes.panel} aria-label={t('assets.facts.title')}>
      <CopyLine label={t('assets.facts.name')} value={asset.name} />
      <dl className={classes.list}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}

function Risk({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const words = t(`assets.risk.${asset.risk_class}`);
  return asset.risk_class === 'high' ? <Tag tone="attention">{words}</Tag> : words;
}

function Review({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  if (!asset.review_on) return t('assets.facts.noReview');
  const at = dayOf(asset.review_on);
  if (Date.now() < at.ends) return at.words;
  return <span className={classes.overdue}>{t('assets.facts.overdue', { day: at.words })}</span>;
}

function Tags({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  if (asset.tags.length === 0) return t('assets.facts.noTags');
  return (
    <span className={classes.tags}>
      {asset.tags.map((tag) => (
        <Link key={tag} to="/assets" search={{ tag }} aria-label={t('assets.filter.withTag', { tag })}>
          <Tag>{tag}</Tag>
        </Link>
      ))}
    </span>
  );
}

function Measured({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const set = asset.evaluation_set;
  if (!set) return t('assets.facts.notMeasured');
  return (
    <TextLink to="/assets/$id" params={{ id: set.id }}>
      {set.title}
    </TextLink>
  );
}
