import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Usage } from '@/api/usage';
import { percent } from '@/core/figures';
import { many, money } from '@/core/money';
import classes from './usage.module.css';

/** The sums of everything that the filters leave. Each opens the calls it counts. */
export function Totals({ usage }: { usage: Usage | undefined }) {
  const { t, i18n } = useTranslation();
  const total = usage?.total;
  const tokens = (total?.prompt_tokens ?? 0) + (total?.completion_tokens ?? 0);
  const tiles = [
    { key: 'calls', value: total && many(total.calls, i18n.language) },
    {
      key: 'errors',
      value: total && many(total.errors, i18n.language),
      detail: total && total.calls > 0 ? percent(total.errors / total.calls, i18n.language) : undefined,
      tone: total && total.errors > 0 ? 'failed' : undefined,
    },
    {
      key: 'tokens',
      value: total && many(tokens, i18n.language),
      detail:
        total &&
        t('usage.inAndOut', {
          in: many(total.prompt_tokens, i18n.language),
          out: many(total.completion_tokens, i18n.language),
        }),
    },
    { key: 'cost', value: total && money(Number(total.cost), usage.currency, i18n.language) },
  ] as const;
  return (
    <section aria-label={t('usage.totals')} className={classes.totals}>
      {tiles.map((tile) => (
        <Link
          key={tile.key}
          to="/usage"
          search={(old) => ({ ...old, by: 'calls', failed: tile.key === 'errors' ? true : old.failed })}
          className={classes.total}
        >
          <span className={classes.totalLabel}>{t(`usage.column.${tile.key}`)}</span>
          <span className={classes.totalValue} data-tone={'tone' in tile ? tile.tone : undefined}>
            {tile.value ?? '–'}
          </span>
          <span className={classes.totalDetail}>{'detail' in tile ? tile.detail : undefined}</span>
        </Link>
      ))}
    </section>
  );
}
