import { ActionIcon, Alert, Button, Group, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconTrash, IconUsersGroup } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type GroupLine, useGroupRoles, useSetGroupRoles } from '@/api/governance';
import { useCan, useSession } from '@/api/session';
import { isAsked } from '@/api/why';
import { ROLES } from '@/core/words';
import { Waiting } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { TurnedAway } from '@/ui/turned-away';
import classes from '../governance.module.css';
import { PeopleTabs } from './people-tabs';

/** Which groups of the organisation come in, and in which roles. */
export default function GroupsPage() {
  return useCan('member:manage') ? <Groups /> : <TurnedAway />;
}

function Groups() {
  const { t } = useTranslation();
  const { company_sign_in } = useSession().features;
  const lines = useGroupRoles();
  return (
    <Page title={t('groups.title')} lead={t('groups.lead')}>
      <PeopleTabs />
      {!company_sign_in && (
        <Alert color="gray" variant="light">
          {t('groups.noProvider')}
        </Alert>
      )}
      <ProblemAlert error={lines.error} retry={() => void lines.refetch()} />
      {lines.isPending && <Waiting />}
      {lines.data && <LinesForm lines={lines.data} />}
    </Page>
  );
}

function LinesForm({ lines }: { lines: GroupLine[] }) {
  const { t } = useTranslation();
  const save = useSetGroupRoles();
  const form = useForm<{ lines: GroupLine[] }>({
    initialValues: { lines },
    validate: {
      lines: {
        group: (value) => (value.trim() ? null : t('groups.needsName')),
        roles: (value) => (value.length > 0 ? null : t('people.invite.needsRole')),
      },
    },
  });
  const choices = ROLES.filter((role) => role !== 'owner').map((role) => ({
    value: role,
    label: t(`words.role.${role}.name`),
  }));
  const submit = form.onSubmit((values) =>
    save.mutate(
      values.lines.map((line) => ({ ...line, group: line.group.trim() })),
      {
        onSuccess: (answer) => {
          if (isAsked(answer)) form.reset();
          else form.resetDirty();
          toast.done(isAsked(answer) ? t('ui.asked') : t('groups.saved'));
        },
      },
    ),
  );
  const add = () => form.insertListItem('lines', { group: '', roles: [] });
  if (form.values.lines.length === 0 && !form.isDirty()) {
    return (
      <div className={classes.card}>
        <EmptyState
          icon={IconUsersGroup}
          title={t('groups.empty')}
          text={t('groups.emptyText')}
          action={
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
              {t('groups.add')}
            </Button>
          }
        />
      </div>
    );
  }
  return (
    <form onSubmit={submit} noValidate className={classes.card}>
      <Stack gap="md">
        <ProblemAlert error={save.error} />
        {form.values.lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name while it is typed
          <Group key={index} align="flex-start" gap="xs" className={classes.groupLine}>
            <TextInput
              label={t('groups.group')}
              className={classes.groupName}
              maxLength={200}
              {...form.getInputProps(`lines.${index}.group`)}
            />
            <MultiSelect
              label={t('people.column.roles')}
              className={classes.groupRoles}
              data={choices}
              searchable
              {...form.getInputProps(`lines.${index}.roles`)}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              mt={26}
              aria-label={t('groups.remove', { name: line.group })}
              onClick={() => form.removeListItem('lines', index)}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Group justify="space-between">
          <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
            {t('groups.add')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {t('groups.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
