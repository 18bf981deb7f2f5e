import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { IconChevronDown, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCancelRun, useRepeatRun } from '@/api/runs';
import type { Run } from '@/api/types';
import { ended } from '@/core/run/model';
import { ConfirmButton } from '@/ui/confirm-button';
import { toast } from '@/ui/toasts';

export function RunActions({ run }: { run: Run }) {
  const { t } = useTranslation();
  const cancel = useCancelRun(run.id);
  const going = !ended(run.status);
  return (
    <>
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
      {run.may.repeat && <RunAgain run={run} />}
    </>
  );
}

function RunAgain({ run }: { run: Run }) {
  const { t } = useTranslation();
  const repeat = useRepeatRun(run.id);
  const navigate = useNavigate();
  const start = (version: 'original' | 'latest') =>
    repeat.mutate(version, {
      onSuccess: ({ id }) => {
        toast.done(t('runs.again.done'));
        return navigate({ to: '/runs/$id', params: { id }, search: {} });
      },
      onError: (error) => toast.failed(error),
    });
  return (
    <Group gap={1} wrap="nowrap">
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden />}
        loading={repeat.isPending}
        onClick={() => start('original')}
      >
        {t('runs.again.button')}
      </Button>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('runs.again.choose')}>
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
