import { Radio, Stack, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { WorkspaceSettings } from '@/api/types';
import { SettingsCard } from './settings-card';

/** Which other systems steps may call. */
export function OutsideCard({ settings }: { settings: WorkspaceSettings }) {
  const { t } = useTranslation();
  const { outside, listed_hosts, denied_hosts, allowed_hosts } = settings;
  return (
    <SettingsCard
      title={t('protection.outside.title')}
      lead={t('protection.outside.lead')}
      values={{ outside, listed_hosts, denied_hosts, allowed_hosts }}
    >
      {(form) => (
        <>
          <Radio.Group label={t('protection.outside.label')} {...form.getInputProps('outside')}>
            <Stack gap="xs" mt="xs">
              <Radio value="open" label={t('protection.outside.open')} description={t('protection.outside.openText')} />
              <Radio
                value="listed"
                label={t('protection.outside.listed')}
                description={t('protection.outside.listedText')}
              />
            </Stack>
          </Radio.Group>
          {form.values.outside === 'listed' && (
            <TagsInput
              label={t('protection.outside.list')}
              description={t('protection.outside.hint')}
              placeholder="*.example.com"
              acceptValueOnBlur
              {...form.getInputProps('listed_hosts')}
            />
          )}
          <TagsInput
            label={t('protection.outside.denied')}
            description={t('protection.outside.deniedText')}
            placeholder="files.example.com"
            acceptValueOnBlur
            {...form.getInputProps('denied_hosts')}
          />
          <TagsInput
            label={t('settings.hosts.label')}
            description={t('settings.hosts.text')}
            placeholder="erp.example.internal:8080"
            acceptValueOnBlur
            {...form.getInputProps('allowed_hosts')}
          />
        </>
      )}
    </SettingsCard>
  );
}
