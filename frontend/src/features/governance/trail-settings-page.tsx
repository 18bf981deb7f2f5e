import { Button, Group, Select, Switch, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useEditWorkspace, useWorkspaceSettings } from '@/api/governance';
import { useCan } from '@/api/session';
import type { WorkspaceSettings } from '@/api/types';
import { Waiting } from '@/ui/data-table';
import { fieldErrors } from '@/ui/field-errors';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { TurnedAway } from '@/ui/turned-away';
import { FormerPeople } from './former-people';
import settled from './governance.module.css';
import classes from './integrity.module.css';
import { useLasting } from './lasting';
import { SettingsTabs } from './settings-tabs';

const MONTHS = [0, 6, 12, 24, 36, 60, 84, 120];

/** `/settings/trail`: how long the trail is kept, and whom it still names. */
export default function TrailSettingsPage() {
  return useCan('workspace:manage') ? <TrailSettings /> : <TurnedAway />;
}

function TrailSettings() {
  const { t } = useTranslation();
  const settings = useWorkspaceSettings();
  const manages = useCan('member:manage');
  return (
    <Page title={t('integrity.settings.title')} lead={t('integrity.settings.lead')}>
      <SettingsTabs />
      <div className={settled.column}>
        <ProblemAlert error={settings.error} retry={() => void settings.refetch()} />
        {settings.isPending && <Waiting />}
        {settings.data && <RetentionForm settings={settings.data} />}
        {manages && settings.data && <FormerPeople held={settings.data.legal_hold} />}
      </div>
    </Page>
  );
}

function RetentionForm({ settings }: { settings: WorkspaceSettings }) {
  const { t } = useTranslation();
  const lasting = useLasting();
  const edit = useEditWorkspace();
  const { trail_months, legal_hold } = settings;
  const form = useForm({ initialValues: { trail_months: String(trail_months), legal_hold } });
  const submit = form.onSubmit((values) =>
    edit.mutate(
      { ...values, trail_months: Number(values.trail_months) },
      {
        onSuccess: (saved) => {
          const now = { trail_months: String(saved.trail_months), legal_hold: saved.legal_hold };
          form.setValues(now);
          form.resetDirty(now);
          toast.done(t(saved.requests.length > 0 ? 'settings.asked' : 'integrity.settings.saved'));
        },
        onError: (error) => form.setErrors(fieldErrors(error, Object.keys(values))),
      },
    ),
  );
  const known = [...new Set([...MONTHS, trail_months])].sort((one, other) => one - other);
  const options = known.map((months) => ({ value: String(months), label: lasting(months) }));
  return (
    <form onSubmit={submit} noValidate className={classes.card}>
      <div className={classes.form}>
        <Title order={2} size="h4">
          {t('integrity.settings.retention')}
        </Title>
        <ProblemAlert error={edit.error} />
        <Select
          label={t('integrity.settings.months')}
          description={t('integrity.settings.monthsText')}
          allowDeselect={false}
          data={options}
          {...form.getInputProps('trail_months')}
        />
        <Switch
          label={t('integrity.settings.hold')}
          description={t('integrity.settings.holdText')}
          {...form.getInputProps('legal_hold', { type: 'checkbox' })}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={edit.isPending} disabled={!form.isDirty()}>
            {t('integrity.settings.save')}
          </Button>
        </Group>
      </div>
    </form>
  );
}
