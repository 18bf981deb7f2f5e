import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeRoles } from '@/api/governance';
import type { Member } from '@/api/types';
import { isAsked } from '@/api/why';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { RoleChoice } from './role-choice';

export function ChangeRoles({ member, opened, onClose }: { member: Member; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('people.roles.title', { name: member.user.name })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <RolesForm member={member} onClose={onClose} />
    </Modal>
  );
}

function RolesForm({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const [roles, setRoles] = useState(member.roles);
  const verb = useChangeRoles();
  const save = () =>
    verb.mutate(
      { id: member.id, roles },
      {
        onSuccess: (answer) => {
          toast.done(isAsked(answer) ? t('ui.asked') : t('people.roles.done', { name: member.user.name }));
          onClose();
        },
      },
    );
  return (
    <Stack gap="md">
      <ProblemAlert error={verb.error} />
      {member.by_groups && (
        <Alert color="gray" variant="light">
          {t('people.roles.byGroups')}
        </Alert>
      )}
      <RoleChoice
        value={roles}
        onChange={setRoles}
        error={roles.length === 0 ? t('people.invite.needsRole') : undefined}
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('ui.cancel')}
        </Button>
        <Button loading={verb.isPending} disabled={roles.length === 0} onClick={save}>
          {t('people.roles.save')}
        </Button>
      </Group>
    </Stack>
  );
}
