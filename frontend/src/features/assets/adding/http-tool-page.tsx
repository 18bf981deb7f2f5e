import { Button, Group, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Approval, type Effect, useAddKept } from '@/api/tools';
import { callableName } from '@/core/tools/callable-name';
import { fieldFaults, NEW_FIELD } from '@/core/tools/fields';
import {
  type HttpField,
  METHODS,
  type Method,
  operationOf,
  splitAddress,
  usualEffect,
  withGaps,
} from '@/core/tools/http-operation';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import classes from './adding.module.css';
import { AddingPage } from './adding-page';
import { ConnectionChoice } from './connection-choice';
import { FieldsEditor } from './fields-editor';
import { HowFields } from './how-fields';

const FRESH: HttpField = { ...NEW_FIELD, place: 'query' };
const WITH_BODY: readonly Method[] = ['POST', 'PUT', 'PATCH'];
const LONGEST_CALL_S = 600;

/** A tool that makes one HTTP request, described by hand. */
export default function HttpToolPage() {
  const { t } = useTranslation();
  return (
    <AddingPage title={t('tools.http.title')} lead={t('tools.http.lead')}>
      <HttpToolForm />
    </AddingPage>
  );
}

function HttpToolForm() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const add = useAddKept();
  const [fields, setFields] = useState<HttpField[]>([]);
  const [told, setTold] = useState(false);
  const form = useForm({
    initialValues: {
      title: '',
      description: '',
      method: 'GET' as Method,
      address: '',
      credential: null as string | null,
      effect: 'read' as Effect,
      approval: 'writes' as Approval,
      seconds: 30,
    },
    validate: {
      title: (value) => (callableName(value) ? null : t('tools.needsTitle')),
      description: (value) => (value.trim() ? null : t('tools.needsDescription')),
      address: (value) => (splitAddress(value) ? null : t('tools.http.needsAddress')),
    },
  });
  const { method, address, effect, approval } = form.values;
  const places = WITH_BODY.includes(method) ? (['query', 'header', 'body'] as const) : (['query', 'header'] as const);
  const setMethod = (next: Method) => {
    form.setValues({ method: next, effect: usualEffect(next) });
    if (!WITH_BODY.includes(next)) {
      setFields(fields.map((field) => (field.place === 'body' ? { ...field, place: 'query' } : field)));
    }
  };
  const submit = form.onSubmit(
    (values) => {
      setTold(true);
      if (Object.keys(fieldFaults(fields)).length > 0) return;
      const { title, description, credential, seconds } = values;
      const config = {
        type: 'http',
        name: callableName(title),
        description: description.trim(),
        ...operationOf(method, address, fields),
        effect,
        approval,
        credential,
        seconds,
      };
      add.mutate(
        { kind: 'tool', title: title.trim(), description: description.trim(), config },
        {
          onSuccess: async ({ id }) => {
            toast.done(t('tools.addedOne', { title }));
            await navigate({ to: '/assets/$id', params: { id } });
          },
        },
      );
    },
    () => setTold(true),
  );
  return (
    <form onSubmit={submit} noValidate className={classes.form}>
      <section className={classes.card}>
        <TextInput label={t('tools.title')} maxLength={200} {...form.getInputProps('title')} />
        <Textarea
          label={t('tools.description')}
          description={t('tools.descriptionHint')}
          autosize
          minRows={2}
          {...form.getInputProps('description')}
        />
        <Group align="flex-start" gap="sm" wrap="nowrap">
          <Select
            label={t('tools.http.method')}
            w={110}
            allowDeselect={false}
            data={[...METHODS]}
            value={method}
            onChange={(value) => setMethod(METHODS.find((one) => one === value) ?? method)}
          />
          <TextInput
            className={classes.grow}
            label={t('tools.http.address')}
            placeholder="https://api.example.com/orders/{id}"
            {...form.getInputProps('address')}
            onChange={(event) => {
              form.setFieldValue('address', event.currentTarget.value);
              setFields(withGaps(fields, event.currentTarget.value, FRESH));
            }}
          />
        </Group>
        <FieldsEditor
          label={t('tools.http.fields')}
          description={t('tools.http.fieldsHint')}
          add={t('tools.field.add')}
          fields={fields}
          fresh={{ place: WITH_BODY.includes(method) ? 'body' : 'query' }}
          places={places}
          told={told}
          onChange={setFields}
        />
      </section>
      <section className={classes.card}>
        <ConnectionChoice
          value={form.values.credential}
          onChange={(value) => form.setFieldValue('credential', value)}
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
      <ProblemAlert error={add.error} />
      <div className={classes.foot}>
        <Button type="submit" loading={add.isPending}>
          {t('tools.add')}
        </Button>
      </div>
    </form>
  );
}
