import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowForwardUp, IconHandGrab } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import type { useTaskDeed } from '@/api/tasks';
import type { Task } from '@/api/types';
import { toast } from '@/ui/toasts';
import type { Standing } from './standing';
import classes from './task.module.css';

export type Deed = ReturnType<typeof useTaskDeed>;

interface TaskHolderProps {
  task: Task;
  deed: Deed;
  standing: Standing;
  /** Controls that are off are described by the words here. */
  wordsId: string;
}

/** Whose task it is now, and how that changes: taken, given back, handed over. */
export function TaskHolder({ task, deed, standing, wordsId }: TaskHolderProps) {
  const { t } = useTranslation();
  const user = useUser();
  const mine = task.state === 'taken' && task.assignee?.id === user.id;
  const hold = (verb: 'take' | 'release') =>
    deed.mutate({ verb }, { onSuccess: () => toast.done(t(`tasks.did.${verb}`)) });
  const takes = task.state === 'open' && task.may_decide && task.approvals === 1;
  return (
    <Group justify="space-between" gap="sm">
      <Text c="dimmed" id={wordsId} role="status" className={classes.standing}>
        {standing.words}
      </Text>
      <div className={classes.holder}>
        {task.may_assign && <HandOver task={task} deed={deed} />}
        {mine && (
          <Button variant="default" disabled={deed.isPending} onClick={() => hold('release')}>
            {t('tasks.release')}
          </Button>
        )}
        {takes && (
          <Button
            leftSection={<IconHandGrab size={16} aria-hidden />}
            loading={deed.isPending && deed.variables.verb === 'take'}
            onClick={() => hold('take')}
          >
            {t('tasks.take')}
          </Button>
        )}
      </div>
    </Group>
  );
}

function HandOver({ task, deed }: { task: Task; deed: Deed }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const [to, setTo] = useState<string | null>(null);
  const others = task.candidates.filter((one) => one.id !== task.assignee?.id);
  const hand = (user: string) => {
    close();
    const name = others.find((one) => one.id === user)?.name ?? '';
    deed.mutate(
      { verb: 'assign', body: { user } },
      { onSuccess: () => toast.done(t('tasks.did.assign', { name })), onSettled: () => setTo(null) },
    );
  };
  if (others.length === 0) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconArrowForwardUp size={16} aria-hidden />}
        disabled={deed.isPending}
        onClick={open}
      >
        {t('tasks.assign.button')}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t('tasks.assign.title')}
        closeButtonProps={{ 'aria-label': t('ui.close') }}
      >
        <Stack>
          <Select
            label={t('tasks.assign.to')}
            description={t('tasks.assign.help')}
            data={others.map((one) => ({ value: one.id, label: one.name }))}
            searchable
            value={to}
            onChange={setTo}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('ui.cancel')}
            </Button>
            <Button disabled={to === null} onClick={() => to !== null && hand(to)}>
              {t('tasks.assign.button')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
