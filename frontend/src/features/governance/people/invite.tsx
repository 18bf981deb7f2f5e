import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useInvite } from '@/api/governance';
import type { Role } from '@/api/types';
import { isAsked } from '@/api/why';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { ShownOnce, STAYS } from '../shown-once';
import { RoleChoice } from './role-choice';

/** An invitation is a link; it is shown once, to be handed over in any way. */
export function Invite({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const invite = useInvite();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={invite.reset}
      title={t('people.invite.button')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      {...(invite.data && !isAsked(invite.data) && STAYS)}
    >
      <InviteForm invite={invite} onClose={onClose} />
    </Modal>
  );
}

function InviteForm({ invite, onClose }: { invite: ReturnType<typeof useInvite>; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { email: '', roles: [] as Role[] },
    validate: {
      email: (value) => (/^\S+@\S+$/.test(value) ? null : t('account.required.email')),
      roles: (value) => (value.length > 0 ? null : t('people.invite.needsRole')),
    },
  });
  if (isAsked(invite.data)) return <InvitationAsked onClose={onClose} />;
  if (invite.data) {
    const { email, link } = invite.data;
    return (
      <ShownOnce
        done={t('people.invite.done', { email })}
        label={t('people.invite.link')}
        value={link}
        once={t('people.invite.once')}
        copy={t('people.invite.copy')}
        onClose={onClose}
      />
    );
  }
  const submit = form.onSubmit((values) =>
    invite.mutate(values, { onError: (error) => form.setErrors(fieldErrors(error, ['email', 'roles'])) }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert error={invite.error} />
        <TextInput
          label={t('account.email')}
          type="email"
          withAsterisk={false}
          required
          data-autofocus
          {...form.getInputProps('email')}
        />
        <RoleChoice
          value={form.values.roles}
          onChange={(roles) => form.setFieldValue('roles', roles)}
          error={form.errors.roles}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={invite.isPending}>
            {t('people.invite.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Somebody else has to agree; then it is invited in the same way again, and the link is there. */
function InvitationAsked({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <Text role="status">{t('people.invite.asked')}</Text>
      <Group justify="flex-end" gap="xs">
        <Button onClick={onClose}>{t('ui.close')}</Button>
      </Group>
    </Stack>
  );
}
