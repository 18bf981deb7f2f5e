import {
  Button,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNameable } from '@/api/tools';
import type { Asset } from '@/api/types';
import { agentConfig, type AgentForm as Values } from '@/core/tools/agent-settings';
import { callableName } from '@/core/tools/callable-name';
import { fieldFaults } from '@/core/tools/fields';
import { TextLink } from '@/ui/button-link';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './adding.module.css';
import { FieldsEditor } from './fields-editor';

export interface Filled {
  title: string;
  /** Of a new agent what it is for, of a new version what is new. */
  description: string;
  config: Record<string, unknown>;
}

interface AgentFormProps {
  initial: Values;
  /** It needs a name: it is new. */
  named?: boolean;
  /** A description of the result that the form cannot show; it stays as it is. */
  keptSchema?: unknown;
  error: unknown;
  /** What the button says. */
  verb: string;
  busy: boolean;
  onSubmit: (filled: Filled) => void;
}

const HERE = ['here', 'prompt'] as const;

/** What an agent is: its model, what it is told, what it may call, what it gives, and where it has to stop. */
export function AgentForm({ initial, named = false, keptSchema, error, verb, busy, onSubmit }: AgentFormProps) {
  const { t } = useTranslation();
  const [told, setTold] = useState(false);
  const form = useForm({
    initialValues: { ...initial, title: '', description: '' },
    validate: {
      title: (value) => (!named || callableName(value) ? null : t('tools.needsTitle')),
      model: (value) => (value ? null : t('tools.agent.needsModel')),
      instructions: (value, { told: where }) =>
        where === 'prompt' || value.trim() ? null : t('tools.agent.needsInstructions'),
      prompt: (value, { told: where }) => (where === 'here' || value ? null : t('tools.agent.needsPrompt')),
    },
  });
  const { values } = form;
  const send = form.onSubmit(
    ({ title, description, ...agent }) => {
      setTold(true);
      if (Object.keys(fieldFaults(agent.output)).length > 0) return;
      const config = agentConfig(agent);
      if (keptSchema !== undefined) config.output_schema = keptSchema;
      onSubmit({ title: title.trim(), description: description.trim(), config });
    },
    () => setTold(true),
  );
  return (
    <form onSubmit={send} noValidate className={classes.form}>
      <section className={classes.card}>
        {named && <TextInput label={t('tools.title')} maxLength={200} {...form.getInputProps('title')} />}
        <TextInput
          label={named ? t('tools.agent.purpose') : t('tools.note')}
          maxLength={500}
          {...form.getInputProps('description')}
        />
        <ModelChoice {...form.getInputProps('model')} />
        <SegmentedControl
          aria-label={t('tools.agent.told')}
          value={values.told}
          onChange={(value) => form.setFieldValue('told', HERE.find((one) => one === value) ?? 'here')}
          data={HERE.map((value) => ({ value, label: t(`tools.agent.${value}`) }))}
        />
        {values.told === 'here' ? (
          <Textarea
            label={t('tools.agent.instructions')}
            description={t('tools.agent.instructionsHint')}
            autosize
            minRows={5}
            maxRows={20}
            {...form.getInputProps('instructions')}
          />
        ) : (
          <PromptChoice {...form.getInputProps('prompt')} />
        )}
      </section>
      <section className={classes.card} aria-labelledby="agent-tools">
        <Title order={2} size="h3" id="agent-tools">
          {t('tools.agent.can')}
        </Title>
        <ToolChoice {...form.getInputProps('tools')} />
        {keptSchema === undefined ? (
          <FieldsEditor
            label={t('tools.agent.output')}
            description={t('tools.agent.outputHint')}
            add={t('tools.field.add')}
            fields={values.output}
            fresh={{}}
            told={told}
            onChange={(output) => form.setFieldValue('output', output)}
          />
        ) : (
          <Text size="sm" c="dimmed">
            {t('tools.agent.keptOutput')}
          </Text>
        )}
      </section>
      <Limits form={form} />
      <ProblemAlert error={error} />
      <div className={classes.foot}>
        <Button type="submit" loading={busy}>
          {verb}
        </Button>
      </div>
    </form>
  );
}

interface Chosen {
  value?: unknown;
  onChange?: (value: never) => void;
  error?: ReactNode;
}

/** Everything that can be chosen, and what is chosen even where it is not listed. */
function options(rows: readonly Asset[], chosen: readonly string[]) {
  const listed = rows.map(({ name, title }) => ({ value: name, label: title }));
  const others = chosen.filter((one) => one && !listed.some(({ value }) => value === one));
  return [...listed, ...others.map((one) => ({ value: one, label: one }))];
}

function ModelChoice(props: Chosen) {
  const { t } = useTranslation();
  const models = useNameable('model');
  return (
    <Select
      label={t('tools.agent.model')}
      description={
        models.query.isSuccess && models.rows.length === 0 ? (
          <>
            {t('tools.agent.noModels')}{' '}
            <TextLink to="/assets" inherit underline="always">
              {t('app.nav.assets')}
            </TextLink>
          </>
        ) : undefined
      }
      searchable
      {...(props as object)}
      value={(props.value as string) || null}
      data={options(models.rows, [String(props.value ?? '')])}
    />
  );
}

function PromptChoice(props: Chosen) {
  const { t } = useTranslation();
  const prompts = useNameable('prompt');
  return (
    <Select
      label={t('tools.agent.promptLabel')}
      searchable
      nothingFoundMessage={t('tools.noneFound')}
      {...(props as object)}
      value={(props.value as string) || null}
      data={options(prompts.rows, [String(props.value ?? '')])}
    />
  );
}

function ToolChoice(props: Chosen) {
  const { t } = useTranslation();
  const tools = useNameable('tool');
  const chosen = (props.value as string[] | undefined) ?? [];
  return (
    <MultiSelect
      label={t('tools.agent.tools')}
      description={t('tools.agent.toolsHint')}
      searchable
      clearable
      nothingFoundMessage={t('tools.noneFound')}
      {...(props as object)}
      value={chosen}
      data={options(tools.rows, chosen)}
    />
  );
}

const LIMITS = [
  { key: 'steps', min: 1, max: 200, step: 1 },
  { key: 'tokens', min: 100, max: 10_000_000, step: 1_000 },
  { key: 'cost', min: 0.01, max: 100_000, step: 0.1 },
  { key: 'seconds', min: 1, max: 86_400, step: 30 },
  { key: 'messages', min: 0, max: 200, step: 1 },
] as const;

function Limits({ form }: { form: { getInputProps: (path: string) => object } }) {
  const { t } = useTranslation();
  return (
    <section className={classes.card} aria-labelledby="agent-limits">
      <div>
        <Title order={2} size="h3" id="agent-limits">
          {t('tools.agent.limits')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('tools.agent.limitsHint')}
        </Text>
      </div>
      <div className={classes.how}>
        {LIMITS.map(({ key, ...range }) => (
          <NumberInput
            key={key}
            label={t(`tools.agent.limit.${key}`)}
            thousandSeparator=" "
            allowDecimal={key === 'cost'}
            {...range}
            {...form.getInputProps(key)}
          />
        ))}
      </div>
    </section>
  );
}
