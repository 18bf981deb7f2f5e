import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useEditWorkspace } from '@/api/governance';
import type { WorkspaceSettings } from '@/api/types';
import { pick } from '@/core/pick';
import { fieldErrors } from '@/ui/field-errors';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './governance.module.css';

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
  const edit = useEditWorkspace();
  const form = useForm<Values>({ initialValues: values });
  const id = useId();
  const submit = form.onSubmit((changed) =>
    edit.mutate(changed, {
      onSuccess: ({ requests, ...saved }) => {
        const now = pick(saved, Object.keys(values) as (keyof Values & keyof WorkspaceSettings)[]) as Values;
        form.setValues(now);
        form.resetDirty(now);
        toast.done(t(requests.length > 0 ? 'settings.asked' : 'settings.saved'));
      },
      onError: (error) => form.setErrors(fieldErrors(error, Object.keys(changed))),
    }),
  );
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
          <ProblemAlert error={edit.error} />
          {children(form)}
          <Group justify="flex-end">
            <Button
              type="submit"
              loading={edit.isPending}
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
