import { Button, Group, NumberInput, Switch, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { AssetDetail, Watch } from '@/api/types';
import { useChangeWatch } from '@/api/watching';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './watch.module.css';

interface WatchLimitsProps {
  asset: AssetDetail;
  limits: Watch['limits'];
}

/** Shares stand in the form as percentages; an empty field raises no alert. */
export function WatchLimits({ asset, limits }: WatchLimitsProps) {
  const { t } = useTranslation();
  const change = useChangeWatch(asset.id);
  const form = useForm({
    initialValues: {
      drift: limits.drift ?? true,
      agreement: ofHundred(limits.agreement_at_least),
      errors: ofHundred(limits.errors_at_most),
      p95: limits.p95_at_most_ms ?? '',
    },
  });
  const submit = form.onSubmit((values) =>
    change.mutate(
      {
        drift: values.drift,
        agreement_at_least: share(values.agreement),
        errors_at_most: share(values.errors),
        p95_at_most_ms: values.p95 === '' ? null : Number(values.p95),
      },
      {
        onSuccess: () => {
          form.resetDirty();
          toast.done(t('learning.limits.done'));
        },
      },
    ),
  );
  return (
    <section aria-labelledby="limits" className={classes.section}>
      <Title order={2} size="h4" id="limits">
        {t('learning.limits.title')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('learning.limits.lead')}
      </Text>
      <form onSubmit={submit} noValidate className={classes.limits}>
        <ProblemAlert error={change.error} />
        <Switch label={t('learning.limits.drift')} {...form.getInputProps('drift', { type: 'checkbox' })} />
        <div className={classes.fields}>
          <NumberInput
            label={t('learning.limits.agreement')}
            min={0}
            max={100}
            suffix=" %"
            {...form.getInputProps('agreement')}
          />
          <NumberInput
            label={t('learning.limits.errors')}
            min={0}
            max={100}
            suffix=" %"
            {...form.getInputProps('errors')}
          />
          <NumberInput label={t('learning.limits.p95')} min={1} suffix=" ms" {...form.getInputProps('p95')} />
        </div>
        <Group justify="flex-end">
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            {t('learning.limits.save')}
          </Button>
        </Group>
      </form>
    </section>
  );
}

function ofHundred(value: number | null | undefined): number | '' {
  return value === null || value === undefined ? '' : Math.round(value * 1000) / 10;
}

function share(value: number | string): number | null {
  return value === '' ? null : Number(value) / 100;
}
