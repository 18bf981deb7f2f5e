import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { IconChevronDown, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Repeat, useBulk, useCancelRun, useHoldRun, useRepeatRun } from '@/api/runs';
import type { Run } from '@/api/types';
import { ended } from '@/core/run/model';
import { ConfirmButton } from '@/ui/confirm-button';
import { toast } from '@/ui/toasts';
import { toldProblem } from '@/ui/told';

export function RunActions({ run }: { run: Run }) {
  const { t } = useTranslation();
  const cancel = useCancelRun(run.id);
  const going = !ended(run.status);
  return (
    <>
      {going && run.may.cancel && <Hold run={run} />}
      {going && run.may.cancel && (
        <ConfirmButton
          title={t('runs.stop.title', { name: run.title || run.workflow.name })}
          text={t('runs.stop.text')}
          verb={t('runs.stop.verb')}
          danger
          button={{
            variant: 'default',
            loading: cancel.isPending,
            leftSection: <IconPlayerStop size={16} aria-hidden />,
          }}
          onConfirm={() =>
            cancel.mutate('', {
              onSuccess: () => toast.done(t('runs.stop.done')),
              onError: (error) => toast.failed(error),
            })
          }
        >
          {t('runs.stop.button')}
        </ConfirmButton>
      )}
      {run.may.repeat && !isPart(run) && <RunAgain run={run} />}
    </>
  );
}

/** Pause, or Resume while it is held. */
function Hold({ run }: { run: Run }) {
  const { t } = useTranslation();
  const hold = useHoldRun(run.id);
  const paused = run.status === 'paused';
  const Icon = paused ? IconPlayerPlay : IconPlayerPause;
  return (
    <Button
      variant={paused ? 'filled' : 'default'}
      leftSection={<Icon size={16} aria-hidden />}
      loading={hold.isPending}
      onClick={() =>
        hold.mutate(paused ? 'resume' : 'pause', {
          onSuccess: () => toast.done(t(paused ? 'runs.hold.resumed' : 'runs.hold.paused')),
          onError: (error) => toast.failed(error),
        })
      }
    >
      {t(paused ? 'runs.hold.resume' : 'runs.hold.pause')}
    </Button>
  );
}

/** Starts the run once more and goes to the new one. */
export function useRepeat(run: Run) {
  const { t } = useTranslation();
  const repeat = useRepeatRun(run.id);
  const navigate = useNavigate();
  const start = (how: Repeat) =>
    repeat.mutate(how, {
      onSuccess: ({ id }) => {
        toast.done(t(how.from_failed ? 'runs.again.continued' : 'runs.again.done'));
        return navigate({ to: '/runs/$id', params: { id }, search: {} });
      },
      onError: (error) => toast.failed(error),
    });
  return { start, pending: repeat.isPending };
}

/** Whether it works on some items of another run, which is the one to repeat. */
function isPart(run: Run): boolean {
  return typeof run.parent?.chunk === 'number';
}

function RunAgain({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { start, pending } = useRepeat(run);
  return (
    <Split
      label={t('runs.again.button')}
      choose={t('runs.again.choose')}
      pending={pending}
      start={(version) => start({ version })}
    />
  );
}

/** Goes on at the step that failed; what was done before is kept. */
export function TryAgain({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { start, pending } = useRepeat(run);
  // What was undone, or is unclear, cannot be kept.
  const kept = !run.steps.some((step) => step.scope.startsWith('undo') || step.status === 'needs_review');
  if (!run.may.retry || !kept || run.only || isPart(run)) return null;
  return (
    <Split
      small
      label={t('runs.again.fromFailed')}
      choose={t('runs.again.chooseFailed')}
      pending={pending}
      start={(version) => start({ version, from_failed: true })}
    />
  );
}

/** Takes a failed run off the list of those that somebody has to look after. */
export function PutAside({ run }: { run: Run }) {
  const { t } = useTranslation();
  const dismiss = useBulk();
  if (!run.may.dismiss || dismiss.isSuccess) return null;
  return (
    <ConfirmButton
      title={t('runs.bulk.ask.dismiss', { count: 1 })}
      text={t('runs.aside.text')}
      verb={t('runs.bulk.verb.dismiss')}
      button={{ size: 'xs', variant: 'default', loading: dismiss.isPending }}
      onConfirm={() =>
        dismiss.mutate(
          { action: 'dismiss', ids: [run.id] },
          {
            onSuccess: ({ refused: [refused] }) =>
              refused ? toast.failed(toldProblem(refused).message) : toast.done(t('runs.aside.done')),
            onError: (error) => toast.failed(error),
          },
        )
      }
    >
      {t('runs.bulk.verb.dismiss')}
    </ConfirmButton>
  );
}

interface SplitProps {
  label: string;
  choose: string;
  pending: boolean;
  small?: boolean;
  start(version: Repeat['version']): void;
}

/** A button with the usual version, and a menu with both. */
function Split({ label, choose, pending, small = false, start }: SplitProps) {
  const { t } = useTranslation();
  return (
    <Group gap={1} wrap="nowrap">
      <Button
        variant="default"
        size={small ? 'xs' : 'sm'}
        leftSection={<IconRefresh size={small ? 14 : 16} aria-hidden />}
        loading={pending}
        onClick={() => start('original')}
      >
        {label}
      </Button>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <ActionIcon variant="default" size={small ? 30 : 36} aria-label={choose}>
            <IconChevronDown size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => start('original')}>{t('runs.again.original')}</Menu.Item>
          <Menu.Item onClick={() => start('latest')}>{t('runs.again.latest')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
