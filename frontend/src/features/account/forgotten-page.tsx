import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useRequestReset, useSession } from '@/api/session';
import { TextLink } from '@/ui/button-link';
import { ProblemAlert } from '@/ui/problem-alert';
import { Door } from './door';

export default function ForgottenPage() {
  const { t } = useTranslation();
  const request = useRequestReset();
  const { features } = useSession();
  const form = useForm({ mode: 'uncontrolled', initialValues: { email: '' } });
  const back = (
    <TextLink to="/sign-in" search={{}} size="sm" ta="center" c="dimmed">
      {t('account.forgotten.back')}
    </TextLink>
  );
  if (request.isSuccess) {
    return (
      <Door title={t('account.forgotten.title')}>
        <Stack gap="md">
          <Text role="status">{t(features.smtp ? 'account.forgotten.sent' : 'account.forgotten.asked')}</Text>
          {back}
        </Stack>
      </Door>
    );
  }
  return (
    <Door title={t('account.forgotten.title')} lead={t('account.forgotten.lead')}>
      <form onSubmit={form.onSubmit(({ email }) => request.mutate(email))} noValidate>
        <Stack gap="md">
          <ProblemAlert error={request.error} />
          <TextInput
            label={t('account.email')}
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <Button type="submit" fullWidth size="md" loading={request.isPending}>
            {t('account.forgotten.button')}
          </Button>
          {back}
        </Stack>
      </form>
    </Door>
  );
}
