import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkspaceSettings } from '@/api/types';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from '../governance.module.css';
import { useSettingsForm } from './use-settings-form';

interface SettingsCardProps<Values extends Partial<WorkspaceSettings>> {
  title: string;
  lead: ReactNode;
  values: Values;
  children: (form: UseFormReturnType<Values>) => ReactNode;
}

/** Some settings that belong together and are saved together. */
export function SettingsCard<Values extends Partial<WorkspaceSettings>>({
  title,
  lead,
  values,
  children,
}: SettingsCardProps<Values>) {
  const { t } = useTranslation();
  const { form, submit, error, busy } = useSettingsForm(values);
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes.card}>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          <div>
            <Title order={2} id={id} size="h3">
              {title}
            </Title>
            <Text c="dimmed" size="sm" mt={4}>
              {lead}
            </Text>
          </div>
          <ProblemAlert error={error} />
          {children(form)}
          <Group justify="flex-end">
            <Button
              type="submit"
              loading={busy}
              disabled={!form.isDirty()}
              aria-label={t('protection.save', { title })}
            >
              {t('settings.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
