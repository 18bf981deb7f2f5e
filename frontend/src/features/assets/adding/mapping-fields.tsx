import { NumberInput, Select, Switch, TagsInput, Text, TextInput, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './making.module.css';
import {
  hasColumns,
  type InputValues,
  type MappingValues,
  namesLabels,
  type OutputName,
  outputsOf,
  type Slot,
  widthOf,
} from './mapping';
import type { Task } from './ways';

interface MappingFieldsProps {
  /** What the model takes and gives, as it says itself. */
  slots: { inputs: Slot[]; outputs: Slot[] };
  task: Task;
  value: MappingValues;
  onChange: (value: MappingValues) => void;
}

/** Which values of a step go into which input of the model, and what is read from its outputs. */
export function MappingFields({ slots, task, value, onChange }: MappingFieldsProps) {
  const { t } = useTranslation();
  const change = (changes: Partial<MappingValues>) => onChange({ ...value, ...changes });
  return (
    <>
      <section className={classes.part} aria-labelledby="making-inputs">
        <Title order={2} size="h4" id="making-inputs">
          {t('making.mapping.inputs')}
        </Title>
        {value.inputs.map((input) => (
          <InputFields
            key={input.tensor}
            slot={slots.inputs.find(({ name }) => name === input.tensor)}
            value={input}
            onChange={(next) =>
              change({ inputs: value.inputs.map((one) => (one.tensor === next.tensor ? next : one)) })
            }
          />
        ))}
      </section>
      <section className={classes.part} aria-labelledby="making-outputs">
        <Title order={2} size="h4" id="making-outputs">
          {t('making.mapping.outputs')}
        </Title>
        {outputsOf(task).map((name) => (
          <OutputFields key={name} name={name} slots={slots.outputs} value={value} onChange={change} />
        ))}
        {namesLabels(task) && (
          <TagsInput
            label={t('making.mapping.labels')}
            description={t('making.mapping.labelsHint')}
            acceptValueOnBlur
            value={value.labels}
            onChange={(labels) => change({ labels })}
          />
        )}
        {value.outputs.scores !== '' && namesLabels(task) && (
          <Switch
            label={t('making.mapping.logits')}
            description={t('making.mapping.logitsHint')}
            checked={value.logits}
            onChange={(event) => change({ logits: event.currentTarget.checked })}
          />
        )}
        <Limits task={task} value={value} onChange={change} />
      </section>
    </>
  );
}

interface InputFieldsProps {
  slot: Slot | undefined;
  value: InputValues;
  onChange: (value: InputValues) => void;
}

function InputFields({ slot, value, onChange }: InputFieldsProps) {
  const { t } = useTranslation();
  const { tensor: name, fields } = value;
  const width = widthOf(slot);
  const wrong = width !== null && fields.length > 0 && fields.length !== width;
  return (
    <div className={classes.slot}>
      <SlotName name={name} kind={value.datatype} shape={slot?.shape} />
      <TagsInput
        label={t('making.mapping.fields', { name })}
        description={width === null ? t('making.mapping.fieldsAny') : t('making.mapping.fieldsHint', { count: width })}
        error={wrong ? t('making.mapping.fieldsWrong', { count: width, given: fields.length }) : undefined}
        acceptValueOnBlur
        value={[...fields]}
        onChange={(next) => onChange({ ...value, fields: next })}
      />
      <TextInput
        label={t('making.mapping.missing', { name })}
        description={t('making.mapping.missingHint')}
        inputMode={value.datatype === 'BYTES' ? 'text' : 'decimal'}
        value={value.missing}
        onChange={(event) => onChange({ ...value, missing: event.currentTarget.value })}
      />
    </div>
  );
}

interface OutputFieldsProps {
  name: OutputName;
  slots: readonly Slot[];
  value: MappingValues;
  onChange: (changes: Partial<MappingValues>) => void;
}

function OutputFields({ name, slots, value, onChange }: OutputFieldsProps) {
  const { t } = useTranslation();
  const chosen = value.outputs[name];
  const slot = slots.find((one) => one.name === chosen);
  const whole = name === 'scores' || name === 'vectors';
  return (
    <div className={classes.pair}>
      <Select
        label={t(`making.mapping.output.${name}`)}
        description={t(`making.mapping.outputHint.${name}`)}
        placeholder={t('making.mapping.notRead')}
        clearable
        data={slots.map((one) => ({ value: one.name, label: `${one.name} (${shapeWords(one)})` }))}
        value={chosen || null}
        onChange={(next) => onChange({ outputs: { ...value.outputs, [name]: next ?? '' } })}
      />
      {!whole && hasColumns(slot) && (
        <NumberInput
          label={t('making.mapping.column')}
          description={t('making.mapping.columnHint')}
          min={0}
          allowDecimal={false}
          value={value.columns[name]}
          onChange={(next) => onChange({ columns: { ...value.columns, [name]: typeof next === 'number' ? next : '' } })}
        />
      )}
    </div>
  );
}

function Limits({ task, value, onChange }: Omit<OutputFieldsProps, 'name' | 'slots'> & { task: Task }) {
  const { t } = useTranslation();
  const names =
    task === 'score' ? (['medium_from', 'high_from'] as const) : task === 'detect' ? (['unusual_from'] as const) : [];
  const usual = { medium_from: '0.3', high_from: '0.6', unusual_from: '0.5' };
  return names.map((name) => (
    <NumberInput
      key={name}
      label={t(`making.mapping.${name}`)}
      placeholder={usual[name]}
      step={0.05}
      value={value[name]}
      onChange={(next) => onChange({ [name]: typeof next === 'number' ? next : '' })}
    />
  ));
}

function SlotName({ name, kind, shape }: { name: string; kind: string; shape: Slot['shape'] | undefined }) {
  return (
    <Text size="sm">
      <code>{name}</code>{' '}
      <Text span c="dimmed" size="xs">
        {shape ? shapeWords({ name, kind, shape }) : kind}
      </Text>
    </Text>
  );
}

/** "FP32, n × 4". */
function shapeWords({ kind, shape }: Slot): string {
  return [kind, shape.map((length) => length ?? 'n').join(' × ')].filter(Boolean).join(', ');
}
