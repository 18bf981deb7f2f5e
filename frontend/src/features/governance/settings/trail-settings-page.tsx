import { Button, Group, Select, Switch, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useWorkspaceSettings } from '@/api/governance';
import { useCan } from '@/api/session';
import type { WorkspaceSettings } from '@/api/types';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TurnedAway } from '@/ui/turned-away';
import settled from '../governance.module.css';
import classes from '../integrity.module.css';
import { useLasting } from '../lasting';
import { FormerPeople } from './former-people';
import { SettingsTabs } from './settings-tabs';
import { useSettingsForm } from './use-settings-form';

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
  const { trail_months, legal_hold } = settings;
  const saved = t('integrity.settings.saved');
  const { form, submit, error, busy } = useSettingsForm({ trail_months, legal_hold }, { saved });
  const known = [...new Set([...MONTHS, trail_months])].sort((one, other) => one - other);
  const options = known.map((months) => ({ value: String(months), label: lasting(months) }));
  return (
    <form onSubmit={submit} noValidate className={classes.card}>
      <div className={classes.form}>
        <Title order={2} size="h4">
          {t('integrity.settings.retention')}
        </Title>
        <ProblemAlert error={error} />
        <Select
          label={t('integrity.settings.months')}
          description={t('integrity.settings.monthsText')}
          allowDeselect={false}
          data={options}
          {...form.getInputProps('trail_months')}
          value={String(form.values.trail_months)}
          onChange={(months) => form.setFieldValue('trail_months', Number(months))}
        />
        <Switch
          label={t('integrity.settings.hold')}
          description={t('integrity.settings.holdText')}
          {...form.getInputProps('legal_hold', { type: 'checkbox' })}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={busy} disabled={!form.isDirty()}>
            {t('integrity.settings.save')}
          </Button>
        </Group>
      </div>
    </form>
  );
}
