import { Button, Group, PasswordInput, SegmentedControl, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useEditProfile, usePreferences } from '@/api/preferences';
import { PasswordRefused, useChangePassword, useUser } from '@/api/session';
import type { Preferences } from '@/api/types';
import { dateTime } from '@/core/time';
import { fieldErrors } from '@/ui/field-errors';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { FactorsCard } from './factors/factors-card';
import { SHORTEST_PASSWORD } from './password';
import classes from './profile.module.css';
import { SessionsCard } from './sessions-card';

const AS_THE_BROWSER = 'browser';
const FORMATS = ['words', 'iso', 'day_first', 'month_first'] as const;

/** What a person decides for themselves: name, language, times, look, how they sign in, and where they are. */
export default function ProfilePage() {
  const { t } = useTranslation();
  return (
    <Page title={t('account.profile.title')} lead={t('account.profile.lead')} width="narrow">
      <NameCard />
      <LookCard />
      <PasswordCard />
      <FactorsCard />
      <SessionsCard />
    </Page>
  );
}

function NameCard() {
  const { t } = useTranslation();
  const user = useUser();
  const edit = useEditProfile();
  const form = useForm({
    initialValues: { name: user.name },
    validate: { name: (value) => (value.trim() ? null : t('account.required.name')) },
  });
  const submit = form.onSubmit(({ name }) =>
    edit.mutate(
      { name: name.trim() },
      {
        onSuccess: () => {
          form.resetDirty();
          toast.done(t('account.profile.saved'));
        },
        onError: (error) => form.setErrors(fieldErrors(error, ['name'])),
      },
    ),
  );
  return (
    <form onSubmit={submit} noValidate className={classes.card}>
      <Title order={2}>{t('account.profile.you')}</Title>
      <ProblemAlert error={edit.error} />
      <TextInput label={t('account.name')} autoComplete="name" maxLength={200} {...form.getInputProps('name')} />
      <TextInput
        label={t('account.email')}
        description={t('account.profile.emailText')}
        value={user.email}
        readOnly
        variant="filled"
      />
      <Group justify="flex-end">
        <Button type="submit" loading={edit.isPending} disabled={!form.isDirty()}>
          {t('account.profile.saveName')}
        </Button>
      </Group>
    </form>
  );
}

/** Each choice is kept at once. */
function LookCard() {
  const { t, i18n } = useTranslation();
  const preferences = usePreferences();
  const edit = useEditProfile();
  const choose = (changes: Preferences) =>
    edit.mutate({ preferences: changes }, { onError: (error) => toast.failed(error) });
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = useMemo(() => [...new Set(['UTC', here, ...Intl.supportedValuesOf('timeZone')])], [here]);
  return (
    <section className={classes.card} aria-labelledby="profile-look">
      <Title order={2} id="profile-look">
        {t('account.profile.look')}
      </Title>
      <Select
        label={t('account.profile.language')}
        allowDeselect={false}
        value={preferences.language ?? AS_THE_BROWSER}
        data={[
          { value: AS_THE_BROWSER, label: t('account.profile.asBrowser') },
          { value: 'en', label: 'English' },
          { value: 'de', label: 'Deutsch' },
        ]}
        onChange={(value) => choose({ language: value === 'en' || value === 'de' ? value : null })}
      />
      <Select
        label={t('account.profile.zone')}
        searchable
        allowDeselect={false}
        value={preferences.time_zone ?? AS_THE_BROWSER}
        nothingFoundMessage={t('account.profile.noZone')}
        data={[
          { value: AS_THE_BROWSER, label: t('account.profile.zoneOfBrowser', { zone: here }) },
          ...zones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
        ]}
        onChange={(value) => choose({ time_zone: value === AS_THE_BROWSER ? null : value })}
      />
      <Select
        label={t('account.profile.dates')}
        description={t('account.profile.example', { time: dateTime(new Date()) })}
        inputWrapperOrder={['label', 'input', 'description']}
        allowDeselect={false}
        value={preferences.date_format ?? 'words'}
        data={FORMATS.map((value) => ({ value, label: t(`account.profile.format.${value}`) }))}
        onChange={(value) => choose({ date_format: FORMATS.find((one) => one === value) ?? 'words' })}
      />
      <div>
        <Text size="sm" fw={550} mb={4} id="profile-scheme">
          {t('app.scheme.label')}
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby="profile-scheme"
          value={preferences.scheme ?? 'auto'}
          data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`app.scheme.${value}`) }))}
          onChange={(value) => choose({ scheme: value as Preferences['scheme'] })}
          key={i18n.language}
        />
      </div>
      <div>
        <Text size="sm" fw={550} mb={4} id="profile-density">
          {t('account.profile.density')}
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby="profile-density"
          value={preferences.density ?? 'comfortable'}
          data={(['comfortable', 'compact'] as const).map((value) => ({
            value,
            label: t(`account.profile.rows.${value}`),
          }))}
          onChange={(value) => choose({ density: value as Preferences['density'] })}
        />
      </div>
    </section>
  );
}

function PasswordCard() {
  const { t } = useTranslation();
  const change = useChangePassword();
  const form = useForm({
    initialValues: { current: '', next: '' },
    validate: {
      current: (value) => (value ? null : t('account.profile.currentNeeded')),
      next: (value) => (value.length >= SHORTEST_PASSWORD ? null : t('account.required.password')),
    },
  });
  const submit = form.onSubmit((values) =>
    change.mutate(values, {
      onSuccess: () => {
        form.reset();
        toast.done(t('account.profile.passwordChanged'));
      },
      onError: (error) => {
        if (error instanceof PasswordRefused) form.setErrors(error.fields);
      },
    }),
  );
  return (
    <form onSubmit={submit} noValidate className={classes.card}>
      <Title order={2}>{t('account.profile.password')}</Title>
      {!(change.error instanceof PasswordRefused) && <ProblemAlert error={change.error} />}
      <Stack gap="md">
        <PasswordInput
          label={t('account.profile.current')}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': t('account.showPassword') }}
          {...form.getInputProps('current')}
        />
        <PasswordInput
          label={t('account.newPassword')}
          description={t('account.passwordHint')}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('account.showPassword') }}
          {...form.getInputProps('next')}
        />
      </Stack>
      <Group justify="flex-end">
        <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
          {t('account.profile.changePassword')}
        </Button>
      </Group>
    </form>
  );
}
