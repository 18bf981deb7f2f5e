import { Progress, Stack, Text } from '@mantine/core';
import { IconCoins } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useWorkspaceSettings } from '@/api/governance';
import { useCan } from '@/api/session';
import type { AssetDetail } from '@/api/types';
import { useBudgets, useUsage } from '@/api/usage';
import { allowed, share, stateOf } from '@/core/budgets';
import { many, money } from '@/core/money';
import { ButtonLink } from '@/ui/button-link';
import { EmptyState } from '@/ui/empty-state';

const COLOURS = { free: 'blue', warned: 'yellow', reached: 'red', waits: 'yellow' } as const;

/** What the asset cost in the last 30 days, and the budgets it is paid from. */
export default function BudgetTab({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const may = useCan('usage:read');
  return may ? <Budgets asset={asset} /> : <EmptyState icon={IconCoins} title={t('usage.mayNot')} />;
}

function Budgets({ asset }: { asset: AssetDetail }) {
  const { t, i18n } = useTranslation();
  const budgets = useBudgets();
  const usage = useUsage('day', { days: 30, asset: asset.id });
  const currency = useWorkspaceSettings().data?.currency ?? 'EUR';
  const own = (budgets.data ?? []).filter((one) => one.asset?.id === asset.id || (!one.asset && !one.workflow));
  const say = (amount: number) => money(amount, currency, i18n.language);
  const figures = (
    <ButtonLink to="/usage" search={{ by: 'calls', asset: asset.id }} variant="default">
      {t('usage.table.calls')}
    </ButtonLink>
  );
  if (own.length === 0) {
    return (
      <EmptyState
        icon={IconCoins}
        title={t('usage.budget.empty')}
        text={t('usage.budget.emptyText')}
        action={figures}
      />
    );
  }
  return (
    <Stack gap="lg">
      {usage.data && (
        <Text>
          {t('usage.days.30')}: {say(Number(usage.data.total.cost))} ·{' '}
          {t('usage.callsOf', {
            count: usage.data.total.calls,
            shown: many(usage.data.total.calls, i18n.language),
          })}
        </Text>
      )}
      {own.map((one) => {
        const words = t('usage.budget.of', { spent: say(Number(one.spent)), amount: say(allowed(one)) });
        const name = one.asset ? asset.title : t('usage.budget.whole');
        return (
          <Stack key={one.id} gap={4}>
            <Text fw={550}>
              {name} · {t(`usage.period.${one.period}`)}
            </Text>
            <Text>
              {words} · {t(`usage.budget.is.${stateOf(one)}`)}
            </Text>
            <Progress
              value={Math.min(share(one) * 100, 100)}
              color={COLOURS[stateOf(one)]}
              aria-label={`${name}: ${words}`}
            />
          </Stack>
        );
      })}
      <div>{figures}</div>
    </Stack>
  );
}
