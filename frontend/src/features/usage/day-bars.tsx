import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Usage, UsageDay } from '@/api/usage';
import { many, money } from '@/core/money';
import { day as dayWords } from '@/core/time';
import classes from './usage.module.css';

const DAY_MS = 86_400_000;

/** A bar for each day, as high as what it cost, or where nothing has a price, as often as was asked. */
export function DayBars({ usage }: { usage: Usage }) {
  const { t, i18n } = useTranslation();
  const priced = Number(usage.total.cost) > 0;
  const of = (one: UsageDay | undefined) => (one ? (priced ? Number(one.cost) : one.calls) : 0);
  const known = new Map(usage.days.map((one) => [one.day, one]));
  const days = between(usage.since, usage.until);
  const most = Math.max(...days.map((one) => of(known.get(one))));
  return (
    <figure className={classes.chart} aria-label={t(priced ? 'usage.chart.cost' : 'usage.chart.calls')}>
      <ol className={classes.bars}>
        {days.map((one) => {
          const found = known.get(one);
          const words = found
            ? `${dayWords(new Date(one), undefined, 'UTC')}: ${money(Number(found.cost), usage.currency, i18n.language)}, ${t('usage.callsOf', { count: found.calls, shown: many(found.calls, i18n.language) })}`
            : `${dayWords(new Date(one), undefined, 'UTC')}: ${t('usage.nothing')}`;
          const height = most > 0 ? `${Math.max((of(found) / most) * 100, found ? 3 : 0)}%` : '0';
          return (
            <li key={one} title={words}>
              {found ? (
                <Link
                  to="/usage"
                  search={(old) => ({ ...old, by: 'calls', day: one })}
                  className={classes.bar}
                  style={{ height }}
                  aria-label={words}
                />
              ) : (
                <span className={classes.hidden}>{words}</span>
              )}
            </li>
          );
        })}
      </ol>
      <figcaption className={classes.axis}>
        <span>{dayWords(new Date(usage.since), undefined, 'UTC')}</span>
        <span>{t(priced ? 'usage.chart.cost' : 'usage.chart.calls')}</span>
        <span>{dayWords(new Date(usage.until), undefined, 'UTC')}</span>
      </figcaption>
    </figure>
  );
}

/** Every day from the first to the last, as `2026-03-02`. */
export function between(since: string, until: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(since); at <= Date.parse(until); at += DAY_MS) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}
