import { Checkbox, NumberInput, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { WorkspaceSettings } from '@/api/types';
import { SettingsCard } from './settings-card';

const MOST_DAYS = 3650;
const KINDS = ['email', 'phone', 'iban', 'card'] as const satisfies readonly WorkspaceSettings['redact'][number][];

interface CardProps {
  settings: WorkspaceSettings;
}

/** How long the data of runs stays, and what keeps it from going. */
export function KeepingCard({ settings }: CardProps) {
  const { t } = useTranslation();
  return (
    <SettingsCard
      title={t('protection.keeping.title')}
      lead={t('protection.keeping.lead')}
      values={{ keep_days: settings.keep_days, data_hold: settings.data_hold }}
    >
      {(form) => (
        <>
          <NumberInput
            label={t('protection.keeping.days')}
            description={t('protection.keeping.daysText')}
            placeholder={t('protection.keeping.forEver')}
            min={1}
            max={MOST_DAYS}
            allowDecimal={false}
            clampBehavior="blur"
            {...form.getInputProps('keep_days')}
            value={form.values.keep_days ?? ''}
            onChange={(value) => form.setFieldValue('keep_days', typeof value === 'number' ? value : null)}
          />
          <TextInput
            label={t('protection.keeping.hold')}
            description={t('protection.keeping.holdText')}
            maxLength={300}
            {...form.getInputProps('data_hold')}
          />
        </>
      )}
    </SettingsCard>
  );
}

/** Personal data that is blacked out once nobody needs it any more. */
export function RedactionCard({ settings }: CardProps) {
  const { t } = useTranslation();
  return (
    <SettingsCard
      title={t('protection.redaction.title')}
      lead={t('protection.redaction.lead')}
      values={{ redact: settings.redact, personal_fields: settings.personal_fields }}
    >
      {(form) => (
        <>
          <Checkbox.Group label={t('protection.redaction.kinds')} {...form.getInputProps('redact')}>
            <Stack gap={8} mt="xs">
              {KINDS.map((kind) => (
                <Checkbox key={kind} value={kind} label={t(`protection.redaction.kind.${kind}`)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <TagsInput
            label={t('protection.redaction.fields')}
            description={t('protection.redaction.fieldsText')}
            placeholder="salary"
            acceptValueOnBlur
            {...form.getInputProps('personal_fields')}
          />
        </>
      )}
    </SettingsCard>
  );
}

/** Whether what is kept is sealed. */
export function EncryptionCard({ settings }: CardProps) {
  const { t } = useTranslation();
  return (
    <SettingsCard
      title={t('protection.encryption.title')}
      lead={t('protection.encryption.lead')}
      values={{ encrypt_data: settings.encrypt_data }}
    >
      {(form) => (
        <>
          <Switch
            label={t('protection.encryption.on')}
            description={t('protection.encryption.onText')}
            {...form.getInputProps('encrypt_data', { type: 'checkbox' })}
          />
          <Text size="sm" c="dimmed">
            {t('protection.encryption.not')}
          </Text>
        </>
      )}
    </SettingsCard>
  );
}
