import { Button, NumberInput, Textarea, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { type Approval, type Effect, useAddVersion } from '@/api/tools';
import type { AssetDetail } from '@/api/types';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './adding/adding.module.css';
import { ConnectionChoice } from './adding/connection-choice';
import { HowFields } from './adding/how-fields';

const LONGEST_CALL_S = 600;

interface ToolSettingsProps {
  asset: AssetDetail;
  config: Record<string, unknown>;
}

/** What people decide about a tool; what it calls and asks for stays. A change is a new version. */
export function ToolSettings({ asset, config }: ToolSettingsProps) {
  const { t } = useTranslation();
  const add = useAddVersion(asset.id);
  const own = config.type !== 'mcp';
  const form = useForm({
    initialValues: {
      description: String(config.description),
      effect: config.effect as Effect,
      approval: config.approval as Approval,
      seconds: Number(config.seconds ?? 30),
      credential: (config.credential ?? null) as string | null,
      note: '',
    },
    validate: { description: (value) => (value.trim() ? null : t('tools.needsDescription')) },
  });
  const submit = form.onSubmit(({ note, credential, ...decided }) => {
    const account = config.type === 'workflow' ? {} : { credential };
    add.mutate(
      { config: { ...config, ...decided, ...account }, note },
      {
        onSuccess: ({ number }) => {
          form.resetDirty();
          toast.done(t('tools.versionAdded', { title: asset.title, number }));
        },
      },
    );
  });
  const { effect, approval } = form.values;
  return (
    <form onSubmit={submit} noValidate className={classes.card} aria-labelledby="tool-change">
      <Title order={2} size="h3" id="tool-change">
        {t('tools.change')}
      </Title>
      {own && (
        <Textarea
          label={t('tools.description')}
          description={t('tools.descriptionHint')}
          autosize
          minRows={2}
          {...form.getInputProps('description')}
        />
      )}
      <div className={classes.how}>
        <HowFields effect={effect} approval={approval} onChange={(changes) => form.setValues(changes)} />
        <NumberInput
          label={t('tools.seconds')}
          min={1}
          max={LONGEST_CALL_S}
          allowDecimal={false}
          {...form.getInputProps('seconds')}
        />
      </div>
      {config.type !== 'workflow' && (
        <ConnectionChoice
          value={form.values.credential}
          onChange={(value) => form.setFieldValue('credential', value)}
        />
      )}
      <TextInput label={t('tools.note')} maxLength={500} {...form.getInputProps('note')} />
      <ProblemAlert error={add.error} />
      <div className={classes.foot}>
        <Button type="submit" loading={add.isPending} disabled={!form.isDirty()}>
          {t('tools.addVersion')}
        </Button>
      </div>
    </form>
  );
}
