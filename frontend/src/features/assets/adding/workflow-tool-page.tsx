import { Button, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Approval, type Effect, useOfferWorkflow } from '@/api/tools';
import { useWorkflows } from '@/api/workflows';
import { callableName } from '@/core/tools/callable-name';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './adding.module.css';
import { AddingPage } from './adding-page';
import { HowFields } from './how-fields';

const LONGEST_CALL_S = 600;
const MOST_LISTED = 100;

/** A published workflow becomes a tool: agents, steps and agents outside can call it. */
export default function WorkflowToolPage() {
  const { t } = useTranslation();
  return (
    <AddingPage title={t('tools.workflow.title')} lead={t('tools.workflow.lead')}>
      <WorkflowToolForm />
    </AddingPage>
  );
}

function WorkflowToolForm() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const offer = useOfferWorkflow();
  const workflows = useWorkflows({ status: 'live', page_size: MOST_LISTED });
  const form = useForm({
    initialValues: {
      workflow: '',
      title: '',
      description: '',
      effect: 'write' as Effect,
      approval: 'writes' as Approval,
      seconds: 60,
    },
    validate: {
      workflow: (value) => (value ? null : t('tools.workflow.needsWorkflow')),
      title: (value) => (callableName(value) ? null : t('tools.needsTitle')),
      description: (value) => (value.trim() ? null : t('tools.needsDescription')),
    },
  });
  const { title, effect, approval } = form.values;
  const choose = (id: string | null) => {
    const found = workflows.rows.find((one) => one.id === id);
    form.setValues({
      workflow: id ?? '',
      title: found?.name ?? title,
      description: found?.description || form.values.description,
    });
  };
  const submit = form.onSubmit((values) =>
    offer.mutate(
      { ...values, name: callableName(values.title) },
      {
        onSuccess: async ({ asset }) => {
          toast.done(t('tools.addedOne', { title: values.title }));
          await navigate({ to: '/assets/$id', params: { id: asset } });
        },
      },
    ),
  );
  return (
    <form onSubmit={submit} noValidate className={classes.form}>
      <section className={classes.card}>
        <Select
          label={t('tools.workflow.workflow')}
          description={t('tools.workflow.workflowHint')}
          searchable
          nothingFoundMessage={t('tools.noneFound')}
          data={workflows.rows.map((one) => ({ value: one.id, label: one.name }))}
          value={form.values.workflow || null}
          error={form.errors.workflow}
          onChange={choose}
        />
        <TextInput label={t('tools.title')} maxLength={200} {...form.getInputProps('title')} />
        <Textarea
          label={t('tools.description')}
          description={t('tools.descriptionHint')}
          autosize
          minRows={2}
          {...form.getInputProps('description')}
        />
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
      </section>
      <ProblemAlert error={offer.error} />
      <div className={classes.foot}>
        <Button type="submit" loading={offer.isPending}>
          {t('tools.add')}
        </Button>
      </div>
    </form>
  );
}
