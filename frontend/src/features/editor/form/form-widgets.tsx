import { NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { RegistryWidgetsType, WidgetProps } from '@rjsf/utils';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { choiceWord } from '@/core/server-words';
import { ClockWidget, MomentWidget, TimeZoneWidget } from './choice-widgets';
import { CodeWidget } from './code-widget';
import { described } from './described';
import { AssetWidget, CredentialWidget, WorkflowWidget } from './live-widgets';

/** What Mantine's inputs need of rjsf's properties; names come from the label around the field. */
function input({ id, readonly, disabled, onBlur, value }: WidgetProps) {
  return {
    id,
    disabled: Boolean(readonly || disabled),
    ...described(id),
    onBlur: () => onBlur(id, value),
  };
}

const placeholderOf = ({ schema }: WidgetProps): string | undefined => {
  const preset = (schema as Record<string, unknown>)['x-default'];
  if (preset !== undefined && preset !== '' && typeof preset !== 'object') return String(preset);
  const example = (schema.examples as unknown[] | undefined)?.find((one) => typeof one === 'string');
  return typeof example === 'string' ? example : undefined;
};

const emptyToNothing = (text: string) => (text === '' ? undefined : text);

function LineWidget(props: WidgetProps) {
  const { value, onChange } = props;
  return (
    <TextInput
      {...input(props)}
      value={value === undefined || value === null ? '' : String(value)}
      placeholder={placeholderOf(props)}
      onChange={(event) => onChange(emptyToNothing(event.currentTarget.value))}
    />
  );
}

function AreaWidget(props: WidgetProps) {
  const { value, onChange } = props;
  return (
    <Textarea
      {...input(props)}
      autosize
      minRows={3}
      maxRows={14}
      value={value ?? ''}
      placeholder={placeholderOf(props)}
      onChange={(event) => onChange(emptyToNothing(event.currentTarget.value))}
    />
  );
}

function NumberWidget(props: WidgetProps) {
  const { value, onChange, schema } = props;
  return (
    <NumberInput
      {...input(props)}
      value={typeof value === 'number' ? value : ''}
      placeholder={placeholderOf(props)}
      allowDecimal={schema.type !== 'integer'}
      step={typeof schema.maximum === 'number' && schema.maximum <= 1 ? 0.05 : 1}
      min={schema.minimum}
      max={schema.maximum}
      onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
    />
  );
}

function SwitchWidget(props: WidgetProps) {
  const { t } = useTranslation();
  const { value, onChange, schema } = props;
  const on = Boolean(value ?? (schema as Record<string, unknown>)['x-default']);
  return (
    <Switch
      {...input(props)}
      checked={on}
      label={t(on ? 'editor.form.on' : 'editor.form.off')}
      aria-labelledby={`${props.id}__label`}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

function ChoiceWidget(props: WidgetProps) {
  const { t } = useTranslation();
  const { value, onChange, schema, required } = props;
  const preset = (schema as Record<string, unknown>)['x-default'];
  const choices = ((schema.enum ?? []) as unknown[]).map(String);
  return (
    <Select
      {...input(props)}
      data={choices.map((one) => ({ value: one, label: wordsOf(one) }))}
      value={value === undefined ? (preset === undefined ? null : String(preset)) : String(value)}
      placeholder={t('editor.form.choose')}
      allowDeselect={!required && preset === undefined}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

/** Choices are keys in the settings and words on the screen; what is written in capitals stays. */
export function wordsOf(choice: string): string {
  const known = choiceWord(choice);
  if (known !== undefined) return known;
  const words = choice.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function JsonWidget(props: WidgetProps) {
  const { t } = useTranslation();
  const { value, onChange } = props;
  const [text, setText] = useState(() => (value === undefined || value === null ? '' : JSON.stringify(value, null, 2)));
  const [wrong, setWrong] = useState(false);
  return (
    <Textarea
      {...input(props)}
      autosize
      minRows={3}
      maxRows={14}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      value={text}
      error={wrong ? t('editor.form.notJson') : undefined}
      placeholder={'{ "name": "value" }'}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        try {
          onChange(next.trim() === '' ? undefined : JSON.parse(next));
          setWrong(false);
        } catch {
          setWrong(true);
        }
      }}
    />
  );
}

export const FORM_WIDGETS: RegistryWidgetsType = {
  LineWidget,
  AreaWidget,
  NumberWidget,
  SwitchWidget,
  ChoiceWidget,
  AssetWidget,
  CredentialWidget,
  JsonWidget,
  CodeWidget,
  WorkflowWidget,
  ClockWidget,
  TimeZoneWidget,
  MomentWidget,
};
