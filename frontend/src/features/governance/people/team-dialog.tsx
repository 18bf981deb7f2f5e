import { Button, Group, Modal, MultiSelect, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMembers, useSaveTeam } from '@/api/governance';
import type { Team } from '@/api/types';
import { isAsked } from '@/api/why';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';

/** A new team (null), or one that is changed. */
export function TeamDialog({ team, onClose }: { team: Team | null; onClose: () => void }) {
  const { t } = useTranslation();
  const save = useSaveTeam();
  const [name, setName] = useState(team?.name ?? '');
  const [members, setMembers] = useState(team?.members.map((one) => one.id) ?? []);
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!name.trim()) return;
    save.mutate(
      { id: team?.id, name: name.trim(), members },
      {
        onSuccess: (saved) => {
          toast.done(isAsked(saved) ? t('ui.asked') : t('teams.saved', { name: saved.name }));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={team ? t('teams.editLabel', { name: team.name }) : t('teams.new')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <ProblemAlert error={save.error} />
          <TextInput
            label={t('teams.name')}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={tried && !name.trim() ? t('teams.needsName') : undefined}
          />
          <MemberChoice team={team} value={members} onChange={setMembers} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('teams.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface MemberChoiceProps {
  team: Team | null;
  value: string[];
  onChange: (members: string[]) => void;
}

/** Whoever was found once keeps their name, also when the search goes on to somebody else. */
function MemberChoice({ team, value, onChange }: MemberChoiceProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const found = useMembers({ search }).rows;
  const [known] = useState(() => new Map(team?.members.map((one) => [one.id, one.user.name])));
  for (const one of found) known.set(one.id, one.user.name);
  const shown = [...new Set([...found.map((one) => one.id), ...value])];
  return (
    <MultiSelect
      label={t('teams.members')}
      searchable
      hidePickedOptions
      searchValue={search}
      onSearchChange={setSearch}
      data={shown.map((id) => ({ value: id, label: known.get(id) ?? '' }))}
      value={value}
      onChange={onChange}
      filter={({ options }) => options}
    />
  );
}
