import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Belonging, useBelongings, useRemoveMember } from '@/api/governance';
import type { Member } from '@/api/types';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from '../governance.module.css';
import { PersonPicker } from './pickers';

const NAMED = 5;
const FATES = ['handed_over', 'given_back', 'ends', 'stays'] as const;

/** Ends a membership; whoever owns something says first what becomes of it. */
export function RemoveMember({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const { name } = member.user;
  const found = useBelongings(member.id);
  const remove = useRemoveMember();
  const [way, setWay] = useState<'give' | 'archive'>('give');
  const [heir, setHeir] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const owns = (found.data ?? []).some((one) => one.fate === 'handed_over');
  const needsHeir = owns && way === 'give' && heir === null;
  const submit = () => {
    setTried(true);
    if (needsHeir) return;
    remove.mutate(
      { id: member.id, heir: owns && way === 'give' ? heir : null },
      {
        onSuccess: () => {
          toast.done(t('people.remove.done', { name }));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('people.remove.title', { name })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="md">
        <ProblemAlert error={found.error} retry={() => void found.refetch()} />
        <ProblemAlert error={remove.error} />
        <Text>{t('people.remove.text')}</Text>
        {found.isPending && <Waiting lines={2} />}
        {found.data?.length === 0 && <Text fw={550}>{t('people.remove.nothing')}</Text>}
        {FATES.map((fate) => (
          <Belongings key={fate} fate={fate} found={(found.data ?? []).filter((one) => one.fate === fate)} />
        ))}
        {owns && (
          <Radio.Group
            label={t('people.remove.choice')}
            value={way}
            onChange={(value) => setWay(value as 'give' | 'archive')}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="give" label={t('people.remove.give')} />
              <Radio value="archive" label={t('people.remove.archive')} description={t('people.remove.archiveText')} />
            </Stack>
          </Radio.Group>
        )}
        {owns && way === 'give' && (
          <PersonPicker
            label={t('people.remove.to')}
            without={member.user.id}
            value={heir}
            onChange={setHeir}
            error={tried && needsHeir ? t('people.remove.needsHeir') : undefined}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button color="red" loading={remove.isPending} disabled={!found.data} onClick={submit}>
            {t('people.remove.verb')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** What meets one fate: how many there are, and the first names. */
function Belongings({ fate, found }: { fate: Belonging['fate']; found: readonly Belonging[] }) {
  const { t } = useTranslation();
  if (found.length === 0) return null;
  const count = found.length;
  return (
    <div>
      <Text fw={550}>{t(`people.remove.fate.${fate}`, { count })}</Text>
      <ul className={classes.owned}>
        {found.slice(0, NAMED).map((one) => (
          <li key={`${one.kind} ${one.id}`}>
            {one.name}{' '}
            <Text span size="xs" c="dimmed">
              {t(`people.remove.kind.${one.kind}` as 'people.remove.kind.asset')}
            </Text>
          </li>
        ))}
        {count > NAMED && <li>{t('people.remove.more', { count: count - NAMED })}</li>}
      </ul>
    </div>
  );
}
