import { Button, Group, Modal, Radio, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMembers, useOwnedBy, useRemoveMember } from '@/api/governance';
import type { Member } from '@/api/types';
import { Waiting } from '@/ui/data-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './governance.module.css';

const NAMED = 5;

/** Ends a membership; whoever owns something says first what becomes of it. */
export function RemoveMember({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const { name } = member.user;
  const owned = useOwnedBy(member.id);
  const remove = useRemoveMember();
  const [way, setWay] = useState<'give' | 'archive'>('give');
  const [heir, setHeir] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const count = owned.data?.length ?? 0;
  const needsHeir = count > 0 && way === 'give' && heir === null;
  const submit = () => {
    setTried(true);
    if (needsHeir) return;
    remove.mutate(
      { id: member.id, heir: count > 0 && way === 'give' ? heir : null },
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
        <ProblemAlert error={remove.error ?? owned.error} />
        <Text>{t('people.remove.text')}</Text>
        {owned.isPending && <Waiting lines={2} />}
        {owned.data && (
          <div>
            <Text fw={550}>{count === 0 ? t('people.remove.nothing') : t('people.remove.what', { count })}</Text>
            <ul className={classes.owned}>
              {owned.data.slice(0, NAMED).map((one) => (
                <li key={one.id}>{one.name}</li>
              ))}
              {count > NAMED && <li>{t('people.remove.more', { count: count - NAMED })}</li>}
            </ul>
          </div>
        )}
        {count > 0 && (
          <Radio.Group
            label={t('people.remove.choice')}
            value={way}
            onChange={(value) => setWay(value as 'give' | 'archive')}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="give" label={t('people.remove.give')} />
              <Radio value="archive" label={t('people.remove.archive')} />
            </Stack>
          </Radio.Group>
        )}
        {count > 0 && way === 'give' && (
          <HeirChoice
            leaving={member}
            value={heir}
            onChange={setHeir}
            error={tried && needsHeir ? t('people.remove.needsHeir') : undefined}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button color="red" loading={remove.isPending} disabled={!owned.data} onClick={submit}>
            {t('people.remove.verb')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface HeirChoiceProps {
  leaving: Member;
  value: string | null;
  onChange: (user: string | null) => void;
  error: string | undefined;
}

function HeirChoice({ leaving, value, onChange, error }: HeirChoiceProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const members = useMembers({ search });
  const people = members.rows.filter((one) => one.id !== leaving.id);
  return (
    <Select
      label={t('people.remove.to')}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      data={people.map(({ user }) => ({ value: user.id, label: user.name }))}
      value={value}
      onChange={onChange}
      error={error}
      filter={({ options }) => options}
    />
  );
}
