import { Button, Progress, Text, Title } from '@mantine/core';
import { IconCoins, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWorkspaceSettings } from '@/api/governance';
import { useCan } from '@/api/session';
import { type Budget, useBudgets, useRemoveBudget } from '@/api/usage';
import { allowed, share, stateOf } from '@/core/budgets';
import { money } from '@/core/money';
import { phrase } from '@/core/server-words';
import { ConfirmButton } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Badge } from '@/ui/status-badge';
import { toast } from '@/ui/toasts';
import { BudgetDialog } from './budget-dialog';
import { ExtendDialog } from './extend-dialog';
import { LimitsSection } from './limits-section';
import classes from './usage.module.css';

const SHOWN = { free: 'done', warned: 'needs-you', reached: 'failed', waits: 'needs-you' } as const;
const COLOURS = { free: 'blue', warned: 'yellow', reached: 'red', waits: 'yellow' } as const;

/** What may be spent, and how often models may be asked. */
export function BudgetsPanel() {
  const { t } = useTranslation();
  const mayManage = useCan('budget:manage');
  const budgets = useBudgets();
  const currency = useWorkspaceSettings().data?.currency ?? 'EUR';
  const [editing, setEditing] = useState<Budget | 'new' | null>(null);
  const [extending, setExtending] = useState<Budget | null>(null);
  const columns = useColumns(currency, mayManage, setEditing, setExtending);
  const add = mayManage && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEditing('new')}>
      {t('usage.budget.add')}
    </Button>
  );
  const rows = budgets.data ?? [];
  return (
    <>
      <section className={classes.section} aria-labelledby="budgets">
        <div className={classes.sectionHead}>
          <Title order={2} id="budgets">
            {t('usage.budget.title')}
          </Title>
          {rows.length > 0 && add}
        </div>
        <DataTable
          label={t('usage.budget.title')}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          query={budgets}
          empty={
            <EmptyState
              icon={IconCoins}
              title={t('usage.budget.empty')}
              text={t('usage.budget.emptyText')}
              action={add}
            />
          }
        />
      </section>
      <LimitsSection mayManage={mayManage} />
      {editing !== null && (
        <BudgetDialog
          budget={editing === 'new' ? null : editing}
          currency={currency}
          onClose={() => setEditing(null)}
        />
      )}
      {extending !== null && <ExtendDialog budget={extending} currency={currency} onClose={() => setExtending(null)} />}
    </>
  );
}

/** What a budget is for, in words. */
export function useBudgetName(): (budget: Budget) => string {
  const { t } = useTranslation();
  return ({ asset, workflow }) => {
    if (workflow) return phrase(workflow.name) || t('usage.unnamed.workflow');
    return asset ? phrase(asset.name) : t('usage.budget.whole');
  };
}

function useColumns(
  currency: string,
  mayManage: boolean,
  onEdit: (budget: Budget) => void,
  onExtend: (budget: Budget) => void,
): Column<Budget>[] {
  const { t, i18n } = useTranslation();
  const nameOf = useBudgetName();
  const say = (amount: number) => money(amount, currency, i18n.language);
  const columns: Column<Budget>[] = [
    {
      key: 'for',
      header: t('usage.budget.for'),
      cell: (row) => (
        <>
          <Link
            to="/usage"
            search={{
              by: 'calls',
              days: row.period === 'day' ? 7 : 30,
              workflow: row.workflow?.id,
              asset: row.asset?.id,
            }}
          >
            {nameOf(row)}
          </Link>
          <Text size="xs" c="dimmed">
            {t(`usage.period.${row.period}`)}
          </Text>
        </>
      ),
    },
    {
      key: 'spent',
      header: t('usage.budget.spent'),
      cell: (row) => {
        const words = t('usage.budget.of', { spent: say(Number(row.spent)), amount: say(allowed(row)) });
        return (
          <span className={classes.meter}>
            <span>{words}</span>
            <Progress
              size="sm"
              value={Math.min(share(row) * 100, 100)}
              color={COLOURS[stateOf(row)]}
              aria-label={`${nameOf(row)}: ${words}`}
            />
          </span>
        );
      },
    },
    {
      key: 'state',
      header: t('usage.budget.state'),
      wide: true,
      cell: (row) => <Badge shown={SHOWN[stateOf(row)]} label={t(`usage.budget.is.${stateOf(row)}`)} />,
    },
    {
      key: 'then',
      header: t('usage.budget.then'),
      wide: true,
      cell: (row) => t(`usage.atLimit.${row.at_limit}`),
    },
  ];
  if (mayManage) {
    columns.push({
      key: 'do',
      header: t('usage.budget.do'),
      quietHeader: true,
      cell: (row) => <Actions budget={row} name={nameOf(row)} onEdit={onEdit} onExtend={onExtend} />,
    });
  }
  return columns;
}

interface ActionsProps {
  budget: Budget;
  name: string;
  onEdit: (budget: Budget) => void;
  onExtend: (budget: Budget) => void;
}

function Actions({ budget, name, onEdit, onExtend }: ActionsProps) {
  const { t } = useTranslation();
  const remove = useRemoveBudget();
  const state = stateOf(budget);
  return (
    <div className={classes.rowActions}>
      {(state === 'waits' || state === 'reached') && (
        <Button
          size="compact-sm"
          variant={state === 'waits' ? 'filled' : 'default'}
          aria-label={t('usage.extend.label', { name })}
          onClick={() => onExtend(budget)}
        >
          {t('usage.extend.button')}
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('usage.budget.editLabel', { name })}
        onClick={() => onEdit(budget)}
      >
        {t('usage.budget.edit')}
      </Button>
      <ConfirmButton
        title={t('usage.budget.removeTitle', { name })}
        text={t('usage.budget.removeText')}
        verb={t('usage.budget.remove')}
        danger
        button={{
          size: 'compact-sm',
          variant: 'subtle',
          color: 'gray',
          'aria-label': t('usage.budget.removeLabel', { name }),
        }}
        onConfirm={() =>
          remove.mutate(budget.id, {
            onSuccess: () => toast.done(t('usage.budget.removed', { name })),
            onError: (error) => toast.failed(error),
          })
        }
      >
        {t('usage.budget.remove')}
      </ConfirmButton>
    </div>
  );
}
