import { IconArrowDownRight, IconArrowRight, IconArrowUpRight } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFigures } from '@/api/figures';
import type { Figures } from '@/api/types';
import { type Compared, growth, percent, points } from '@/core/figures';
import { minutesLong, shortDuration } from '@/core/time';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './figures.module.css';

/** What live runs did in the last days, beside the days before. Every figure opens the list it counts. */
export function FigureRow() {
  const { t } = useTranslation();
  const { data, error } = useFigures();
  const days = data?.days ?? 7;
  if (error && !data) return <ProblemAlert error={error} />;
  return (
    <section aria-label={t('home.figures.label', { days })} className={classes.figures}>
      <Tiles data={data} />
    </section>
  );
}

function Tiles({ data }: { data: Figures | undefined }) {
  const { t, i18n } = useTranslation();
  const live = { mode: 'live', since: data?.since };
  const count = (value: number | undefined) =>
    value === undefined ? '–' : new Intl.NumberFormat(i18n.language).format(value);
  const rate = data?.failure_percent ?? NOTHING;
  const mean = data?.mean_ms ?? NOTHING;
  const saved = data?.saved_minutes ?? NOTHING;
  return (
    <>
      <Tile
        to={{ to: '/runs', search: live }}
        value={count(data?.runs.now)}
        label={t('home.figures.runs')}
        change={grown(data?.runs)}
      />
      <Tile
        to={{ to: '/runs', search: { ...live, status: 'failed' } }}
        value={count(data?.failed.now)}
        tone={data?.failed.now ? 'failed' : undefined}
        label={t('home.figures.failed')}
        change={grown(data?.failed)}
        better="less"
      />
      <Tile
        to={{ to: '/runs', search: { ...live, status: 'failed' } }}
        value={rate.now === null ? '–' : percent(rate.now / 100, i18n.language)}
        label={t('home.figures.rate')}
        detail={
          data &&
          rate.now !== null &&
          t('home.figures.ofRuns', { failed: count(data.failed.now), runs: count(data.runs.now) })
        }
        change={inPoints(rate)}
        better="less"
      />
      <Tile
        to={{ to: '/runs', search: { ...live, status: 'done' } }}
        value={mean.now === null ? '–' : shortDuration(mean.now, i18n.language)}
        label={t('home.figures.mean')}
        detail={data && mean.now !== null && t('home.figures.ofDone', { count: data.done.now })}
        change={grown(mean)}
        better="less"
      />
      {saved.now === null ? (
        <Tile
          to={{ to: '/workflows', search: {} }}
          value="–"
          label={t('home.figures.saved')}
          detail={t('home.figures.notSaid')}
        />
      ) : (
        <Tile
          to={{ to: '/runs', search: { ...live, status: 'done', saving: true } }}
          value={minutesLong(saved.now, i18n.language)}
          label={t('home.figures.saved')}
          detail={t('home.figures.ofDone', { count: data?.saving.now ?? 0 })}
          change={grown(saved)}
          better="more"
        />
      )}
    </>
  );
}

const NOTHING: Compared = { now: null, before: null };

interface Change {
  by: number;
  /** In points of a percentage, not as a part of what was before. */
  points?: boolean;
}

function grown(figure: Compared | undefined): Change | null {
  const by = figure ? growth(figure) : null;
  return by === null ? null : { by };
}

function inPoints(figure: Compared): Change | null {
  const by = points(figure);
  return by === null ? null : { by: by / 100, points: true };
}

interface TileProps {
  to: Pick<LinkProps, 'to' | 'search'>;
  value: string;
  label: string;
  tone?: 'failed' | undefined;
  detail?: string | false | undefined;
  change?: Change | null;
  /** Which way is good news; without it neither is. */
  better?: 'more' | 'less';
}

function Tile({ to, value, label, tone, detail, change, better }: TileProps) {
  return (
    <Link {...to} className={classes.figure}>
      <span className={classes.label}>{label}</span>
      <span className={classes.value} data-tone={tone}>
        {value}
      </span>
      <span className={classes.foot}>
        {change && <ChangeWords change={change} better={better} />}
        {detail && <span>{detail}</span>}
      </span>
    </Link>
  );
}

function ChangeWords({ change, better }: { change: Change; better: TileProps['better'] }) {
  const { t, i18n } = useTranslation();
  const { by } = change;
  const Arrow = by > 0 ? IconArrowUpRight : by < 0 ? IconArrowDownRight : IconArrowRight;
  const news = by === 0 || !better ? undefined : by > 0 === (better === 'more') ? 'good' : 'bad';
  const much = change.points
    ? t('home.figures.points', {
        points: new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(
          by * 100,
        ),
      })
    : percent(by, i18n.language, true);
  return (
    <span className={classes.change} data-news={news} title={t('home.figures.before')}>
      <Arrow size={14} aria-hidden />
      {much}
      <span className={classes.hidden}>{t('home.figures.before')}</span>
    </span>
  );
}
