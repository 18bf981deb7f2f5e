import { ActionIcon, Button, Indicator, Popover, Text } from '@mantine/core';
import {
  IconActivityHeartbeat,
  IconAlertOctagon,
  IconBell,
  IconCoins,
  IconPlayerPause,
  IconReplace,
  IconShieldExclamation,
  IconUserCheck,
  IconUserShare,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClearNotifications, useNotifications } from '@/api/notifications';
import { useOpenReplacements } from '@/api/replacements';
import { type Request, useWaitingRequests } from '@/api/requests';
import { useCan } from '@/api/session';
import { useOpenRequests } from '@/api/sharing';
import { type TrustAlert, useTrustAlerts } from '@/api/trust';
import type { Alert, Notification, OpenReplacement, OpenRequest } from '@/api/types';
import { type Budget, useBudgets } from '@/api/usage';
import { useUnseenAlerts } from '@/api/watching';
import { stateOf } from '@/core/budgets';
import { sentence } from '@/core/server-words';
import { useRequestWords } from '@/ui/requests/use-request-words';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import classes from './bell.module.css';

/** What a person is told without asking: failed live runs, a workflow that paused by itself, a model that drifts. */
export function Bell() {
  const { t } = useTranslation();
  const { rows, count } = useNotifications();
  const [opened, setOpened] = useState(false);
  const close = () => setOpened(false);
  const clear = useClearNotifications();
  const newest = rows[0];
  const requests = useOpenRequests().data ?? [];
  const replacements = useOpenReplacements().data ?? [];
  const decisions = (useWaitingRequests().data?.results ?? []).filter(({ kind }) => kind !== 'asset.replacement');
  const alerts = useUnseenAlerts().rows;
  const budgets = (useBudgets(useCan('budget:manage')).data ?? []).filter((one) => stateOf(one) !== 'free');
  // What is only told stays listed until the budget begins anew; it must not ring all that time.
  const waiting = budgets.filter((one) => stateOf(one) === 'waits').length;
  const trust = useTrustAlerts(useCan('installation:read')).data ?? [];
  const asked = requests.length + decisions.length + replacements.length + alerts.length + trust.length;
  const shown = (Number(count) || rows.length) + asked + waiting;
  const others = asked + budgets.length;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={360} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <ActionIcon
          size="lg"
          aria-label={t('app.bell.label', { count: shown })}
          onClick={() => setOpened((open) => !open)}
        >
          <Indicator label={shown} size={16} offset={2} color="red" disabled={shown === 0} zIndex={1}>
            <IconBell size={20} stroke={1.7} aria-hidden />
          </Indicator>
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t('app.bell.title')}>
        <div className={classes.head}>
          <Text fw={600}>{t('app.bell.title')}</Text>
          {newest && (
            <Button
              size="compact-sm"
              variant="subtle"
              loading={clear.isPending}
              onClick={() => clear.mutate(newest.last_at, { onError: (error) => toast.failed(error) })}
            >
              {t('app.bell.clear')}
            </Button>
          )}
        </div>
        <List label={t('sharing.ask.title')} of={requests}>
          {(one) => <RequestEntry request={one} onOpen={close} />}
        </List>
        <List label={t('app.bell.decisions')} of={decisions}>
          {(one) => <DecisionEntry request={one} onOpen={close} />}
        </List>
        <List label={t('app.bell.replacements')} of={replacements}>
          {(one) => <ReplacementEntry replacement={one} onOpen={close} />}
        </List>
        <List label={t('app.bell.alerts')} of={alerts}>
          {(one) => <AlertEntry alert={one} onOpen={close} />}
        </List>
        <List label={t('app.bell.trustLabel')} of={trust}>
          {(one) => <TrustEntry alert={one} onOpen={close} />}
        </List>
        <List label={t('app.nav.usage')} of={budgets}>
          {(one) => <BudgetEntry budget={one} onOpen={close} />}
        </List>
        {rows.length === 0 && others === 0 && (
          <Text c="dimmed" p="md">
            {t('app.bell.empty')}
          </Text>
        )}
        <List of={rows}>{(one) => <Entry entry={one} onOpen={close} />}</List>
      </Popover.Dropdown>
    </Popover>
  );
}

interface ListProps<One> {
  label?: string;
  of: readonly One[];
  children: (one: One) => ReactNode;
}

/** Entries of one kind; nothing where there are none. */
function List<One extends { id: string }>({ label, of, children }: ListProps<One>) {
  if (of.length === 0) return null;
  return (
    <ul className={classes.list} aria-label={label}>
      {of.map((one) => (
        <li key={one.id}>{children(one)}</li>
      ))}
    </ul>
  );
}

function Entry({ entry, onOpen }: { entry: Notification; onOpen(): void }) {
  const { t } = useTranslation();
  const Icon = entry.kind === 'paused' ? IconPlayerPause : IconAlertOctagon;
  const words =
    entry.kind === 'paused'
      ? t('app.bell.paused', { name: entry.workflow_name })
      : t('app.bell.failed', { name: entry.workflow_name, count: entry.count });
  return (
    <Link to="/runs/$id" params={{ id: entry.run }} className={classes.entry} onClick={onOpen}>
      <Icon size={18} aria-hidden className={classes.icon} data-kind={entry.kind} />
      <span>
        <Text span fw={550}>
          {words}
        </Text>
        <Text span c="dimmed" size="sm" lineClamp={2} display="block">
          {sentence(entry.message) ?? entry.message}
        </Text>
        <Text span c="dimmed" size="xs">
          <TimeAgo at={entry.last_at} />
        </Text>
      </span>
    </Link>
  );
}

/** Somebody asked for what takes a second person. */
function DecisionEntry({ request, onOpen }: { request: Request; onOpen(): void }) {
  const { t } = useTranslation();
  const words = useRequestWords();
  return (
    <Link to="/requests/$id" params={{ id: request.id }} className={classes.entry} onClick={onOpen}>
      <IconUserCheck size={18} aria-hidden className={classes.icon} data-kind="paused" />
      <span>
        <Text span fw={550}>
          {words(request)}
        </Text>
        <Text span c="dimmed" size="sm" display="block">
          {t('app.bell.askedBy', { name: request.requester?.name ?? t('words.request.product') })}
        </Text>
        <Text span c="dimmed" size="xs" display="block">
          <TimeAgo at={request.created_at} />
        </Text>
      </span>
    </Link>
  );
}

/** Another version is to answer; it takes a second person. */
function ReplacementEntry({ replacement, onOpen }: { replacement: OpenReplacement; onOpen(): void }) {
  const { t } = useTranslation();
  const { asset, requester, before, after, created_at } = replacement;
  return (
    <Link
      to="/assets/$id/requests/$request"
      params={{ id: asset.id, request: replacement.id }}
      className={classes.entry}
      onClick={onOpen}
    >
      <IconReplace size={18} aria-hidden className={classes.icon} data-kind="paused" />
      <span>
        <Text span fw={550}>
          {t('app.bell.replacement', { name: requester?.name ?? t('app.bell.product'), title: asset.title })}
        </Text>
        <Text span c="dimmed" size="sm" display="block">
          {t('app.bell.replacementPlan', { before, after })}
        </Text>
        <Text span c="dimmed" size="xs" display="block">
          <TimeAgo at={created_at} />
        </Text>
      </span>
    </Link>
  );
}

/** A model is to be looked at; it stays until somebody says that they have seen it. */
function AlertEntry({ alert, onOpen }: { alert: Alert; onOpen(): void }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/assets/$id"
      params={{ id: alert.asset }}
      search={{ tab: 'watch' }}
      className={classes.entry}
      onClick={onOpen}
    >
      <IconActivityHeartbeat size={18} aria-hidden className={classes.icon} data-kind="paused" />
      <span>
        <Text span fw={550}>
          {t(`app.bell.alert.${alert.kind}`, { name: alert.asset_title })}
        </Text>
        <Text span c="dimmed" size="xs" display="block">
          <TimeAgo at={alert.at} />
        </Text>
      </span>
    </Link>
  );
}

/** Keys, trail or backups do not stand well; it goes when they do again. */
function TrustEntry({ alert, onOpen }: { alert: TrustAlert; onOpen(): void }) {
  const { t } = useTranslation();
  return (
    <Link to="/settings/trust" className={classes.entry} onClick={onOpen}>
      <IconShieldExclamation size={18} aria-hidden className={classes.icon} data-kind="failed" />
      <span>
        <Text span fw={550}>
          {t(`app.bell.trust.${alert.reason as 'backup_none'}`)}
        </Text>
        <Text span c="dimmed" size="xs" display="block">
          <TimeAgo at={alert.raised_at} />
        </Text>
      </span>
    </Link>
  );
}

/** Somebody asks to be let in; answered where the workflow is shared. */
function RequestEntry({ request, onOpen }: { request: OpenRequest; onOpen(): void }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/workflows/$id"
      params={{ id: request.workflow.id }}
      hash="share"
      className={classes.entry}
      onClick={onOpen}
    >
      <IconUserShare size={18} aria-hidden className={classes.icon} data-kind="paused" />
      <span>
        <Text span fw={550}>
          {t('sharing.hint', { name: request.user.name, workflow: request.workflow.name })}
        </Text>
        <Text span c="dimmed" size="sm" lineClamp={2} display="block">
          {request.note}
        </Text>
        <Text span c="dimmed" size="xs" display="block">
          <TimeAgo at={request.created_at} />
        </Text>
      </span>
    </Link>
  );
}

/** A budget that comes to its end, or that steps wait for. */
function BudgetEntry({ budget, onOpen }: { budget: Budget; onOpen(): void }) {
  const { t } = useTranslation();
  const state = stateOf(budget);
  const name = budget.workflow?.name || budget.asset?.name || t('app.bell.budget.whole');
  return (
    <Link to="/usage" search={{ by: 'budgets' }} className={classes.entry} onClick={onOpen}>
      <IconCoins size={18} aria-hidden className={classes.icon} data-kind={state === 'reached' ? 'failed' : 'paused'} />
      <Text span fw={550}>
        {t(`app.bell.budget.${state as Exclude<typeof state, 'free'>}`, { name })}
      </Text>
    </Link>
  );
}
