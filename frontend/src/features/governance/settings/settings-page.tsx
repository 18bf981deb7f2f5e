import { Button, Group, NumberInput, Radio, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAssets } from '@/api/assets';
import { useWorkspaceSettings } from '@/api/governance';
import { useCan } from '@/api/session';
import type { WorkspaceSettings } from '@/api/types';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TurnedAway } from '@/ui/turned-away';
import classes from '../governance.module.css';
import { SettingsTabs } from './settings-tabs';
import { useSettingsForm } from './use-settings-form';

const MOST = { running: 10_000, open: 1_000_000 };

export default function SettingsPage() {
  return useCan('workspace:manage') ? <Settings /> : <TurnedAway />;
}

function Settings() {
  const { t } = useTranslation();
  const settings = useWorkspaceSettings();
  return (
    <Page title={t('app.nav.settings')}>
      <SettingsTabs />
      <div className={classes.column}>
        <ProblemAlert error={settings.error} retry={() => void settings.refetch()} />
        {settings.isPending && <Waiting />}
        {settings.data && <SettingsForm settings={settings.data} />}
      </div>
    </Page>
  );
}

function SettingsForm({ settings }: { settings: WorkspaceSettings }) {
  const { t } = useTranslation();
  const { name, four_eyes, max_running, max_open, currency, help_model, second_factor_required } = settings;
  const values = { name, four_eyes, max_running, max_open, currency, help_model, second_factor_required };
  const { form, submit, error, busy } = useSettingsForm(values, {
    validate: {
      name: (value) => (value.trim() ? null : t('account.required.workspace')),
      currency: (value) => (/^[A-Z]{3}$/.test(value) ? null : t('settings.currency.wrong')),
    },
  });
  return (
    <form onSubmit={submit} noValidate className={classes.card}>
      <Stack gap="lg">
        <ProblemAlert error={error} />
        <TextInput label={t('account.workspace')} withAsterisk={false} required {...form.getInputProps('name')} />
        <Radio.Group
          label={t('settings.secondPerson.label')}
          description={t('settings.secondPerson.text')}
          {...form.getInputProps('four_eyes')}
        >
          <Stack gap="xs" mt="xs">
            <Radio
              value="self_with_reason"
              label={t('settings.secondPerson.self')}
              description={t('settings.secondPerson.selfText')}
            />
            <Radio
              value="required"
              label={t('settings.secondPerson.required')}
              description={t('settings.secondPerson.requiredText')}
            />
          </Stack>
        </Radio.Group>
        <Switch
          label={t('settings.secondFactor.label')}
          description={t('settings.secondFactor.text')}
          {...form.getInputProps('second_factor_required', { type: 'checkbox' })}
        />
        <NumberInput
          label={t('settings.running.label')}
          description={t('settings.running.text')}
          min={1}
          max={MOST.running}
          allowDecimal={false}
          thousandSeparator=" "
          {...form.getInputProps('max_running')}
        />
        <NumberInput
          label={t('settings.open.label')}
          description={t('settings.open.text')}
          min={1}
          max={MOST.open}
          allowDecimal={false}
          thousandSeparator=" "
          {...form.getInputProps('max_open')}
        />
        <TextInput
          label={t('settings.currency.label')}
          description={t('settings.currency.text')}
          maxLength={3}
          {...form.getInputProps('currency')}
          onChange={(event) => form.setFieldValue('currency', event.currentTarget.value.toUpperCase())}
        />
        <HelpModel {...form.getInputProps('help_model')} />
        <Group justify="flex-end">
          <Button type="submit" loading={busy} disabled={!form.isDirty()}>
            {t('settings.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface HelpModelProps {
  /** What the models are called: `name`, or `name@alias`. Empty: none. */
  value?: string;
  onChange?: (value: string) => void;
}

/** The language model that helps people build; any that can chat may be chosen. */
function HelpModel({ value = '', onChange }: HelpModelProps) {
  const { t } = useTranslation();
  const models = useAssets({ kind: 'model', task: 'chat' });
  const options = models.rows.map((one) => ({ value: one.name, label: one.title }));
  const known = value === '' || models.query.isPending || options.some((one) => one.value === value);
  const chosen = known
    ? []
    : [{ value, label: value.includes('@') ? value : t('settings.help.gone', { name: value }) }];
  return (
    <Select
      label={t('settings.help.label')}
      description={t('settings.help.text')}
      allowDeselect={false}
      data={[{ value: '', label: t('settings.help.none') }, ...options, ...chosen]}
      value={value}
      onChange={(next) => onChange?.(next ?? '')}
    />
  );
}
