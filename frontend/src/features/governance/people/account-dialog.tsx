import { Button, Checkbox, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { type ServiceAccount, useSaveServiceAccount } from '@/api/access';
import { useUser } from '@/api/session';
import type { Role } from '@/api/types';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { PersonPicker } from './pickers';

/** Deciding, publishing and managing is for people. */
const ROLES: readonly Role[] = ['builder', 'operator', 'viewer', 'steward', 'connection_manager', 'auditor'];
const HALF_A_YEAR_MS = 182 * 86_400_000;

/** A new service account (null), or one that is changed. */
export function AccountDialog({ account, onClose }: { account: ServiceAccount | null; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useUser();
  const save = useSaveServiceAccount();
  const form = useForm({
    initialValues: {
      name: account?.name ?? '',
      purpose: account?.purpose ?? '',
      owner: account?.owner.id ?? me.id,
      roles: (account?.roles ?? []) as Role[],
      review_on: account?.review_on ?? new Date(Date.now() + HALF_A_YEAR_MS).toISOString().slice(0, 10),
    },
    validate: {
      name: (value) => (value.trim() ? null : t('access.accounts.form.needsName')),
      purpose: (value) => (value.trim() ? null : t('access.accounts.form.needsPurpose')),
      owner: (value) => (value ? null : t('access.accounts.form.needsOwner')),
      roles: (value) => (value.length > 0 ? null : t('access.accounts.form.needsRoles')),
      review_on: (value) => (value ? null : t('access.accounts.form.needsReview')),
    },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(
      { ...values, name: values.name.trim(), purpose: values.purpose.trim(), id: account?.id },
      {
        onSuccess: (saved) => {
          toast.done(t('access.accounts.form.done', { name: saved.name }));
          onClose();
        },
        onError: (error) => form.setErrors(fieldErrors(error, ['name', 'purpose', 'owner', 'roles', 'review_on'])),
      },
    ),
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={account ? t('access.accounts.form.title', { name: account.name }) : t('access.accounts.new')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <ProblemAlert error={save.error} />
          <TextInput
            label={t('access.accounts.form.name')}
            maxLength={100}
            data-autofocus
            {...form.getInputProps('name')}
          />
          <Textarea
            label={t('access.accounts.form.purpose')}
            description={t('access.accounts.form.purposeHint')}
            maxLength={500}
            autosize
            {...form.getInputProps('purpose')}
          />
          <PersonPicker
            label={t('access.accounts.form.owner')}
            description={t('access.accounts.form.ownerHint')}
            known={account?.owner ?? me}
            value={form.values.owner || null}
            onChange={(owner) => form.setFieldValue('owner', owner ?? '')}
            error={form.errors.owner as string | undefined}
          />
          <Checkbox.Group label={t('access.accounts.form.roles')} {...form.getInputProps('roles')}>
            <Stack gap="xs" mt={6}>
              {ROLES.map((role) => (
                <Checkbox
                  key={role}
                  value={role}
                  label={t(`words.role.${role}.name`)}
                  description={t(`words.role.${role}.text`)}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <TextInput
            type="date"
            label={t('access.accounts.form.review')}
            description={t('access.accounts.form.reviewHint')}
            {...form.getInputProps('review_on')}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('access.accounts.form.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
