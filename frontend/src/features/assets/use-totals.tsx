import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssetDay } from '@/api/asset-versions';
import { count, percent } from '@/core/figures';
import classes from './assets.module.css';
import { money } from './money';
import { totalOf } from './use-figures';

/** What these days come to. */
export function UseTotals({ rows }: { rows: readonly AssetDay[] }) {
  const { t, i18n } = useTranslation();
  const total = totalOf(rows);
  const number = (value: number) => count(value, i18n.language);
  const thousand =
    total.cost !== null && total.calls > 0 ? money(String((total.cost / total.calls) * 1000)) : undefined;
  return (
    <dl className={classes.totals}>
      <Total name={t('assets.use.calls')} value={number(total.calls)} />
      <Total
        name={t('assets.use.rate')}
        value={total.calls > 0 ? percent(total.errors / total.calls, i18n.language) : '–'}
        detail={t('assets.recent.of', { failed: number(total.errors), calls: number(total.calls) })}
        failed={total.errors > 0}
      />
      {total.read + total.written > 0 && (
        <Total
          name={t('assets.use.tokens')}
          value={number(total.read + total.written)}
          detail={`${t('assets.use.tokensIn')} ${number(total.read)} · ${t('assets.use.tokensOut')} ${number(total.written)}`}
        />
      )}
      {total.confidence !== null && (
        <Total
          name={t('assets.use.confidence')}
          value={percent(total.confidence, i18n.language)}
          detail={t('assets.use.mean')}
        />
      )}
      <Total
        name={t('assets.use.cost')}
        value={total.cost === null ? '–' : (money(String(total.cost)) ?? '–')}
        detail={thousand === undefined ? t('assets.use.noPrice') : t('assets.use.perThousand', { cost: thousand })}
      />
    </dl>
  );
}

interface TotalProps {
  name: string;
  value: ReactNode;
  detail?: ReactNode;
  failed?: boolean;
}

export function Total({ name, value, detail, failed }: TotalProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className={classes.big} data-failed={failed || undefined}>
          {value}
        </span>
        {detail && <span className={classes.small}>{detail}</span>}
      </dd>
    </div>
  );
}
