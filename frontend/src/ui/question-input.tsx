import { JsonInput, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { DateInput } from '@mantine/dates';
import { type ComponentType, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** One question of a start, as the person who answers it sees it. */
export interface Question {
  key: string;
  label: string;
  type: 'text' | 'number' | 'date' | 'choice' | 'file' | 'switch' | 'data';
  required?: boolean;
  choices?: string[];
  help?: string;
}

export interface QuestionFileProps {
  question: Question;
  error: string | undefined;
  onChange(value: unknown): void;
}

export interface QuestionInputProps {
  question: Question;
  value: unknown;
  error: string | undefined;
  /** How files are given differs: some doors take them at once, some with the answers, some never ask for one. */
  File?: ComponentType<QuestionFileProps>;
  onChange(value: unknown): void;
}

export function labelsOf(question: Question) {
  return {
    label: question.label || question.key,
    description: question.help || undefined,
    required: question.required ?? false,
  };
}

/** Whether an answer is still owed; a switch always has one. */
export function isMissing(question: Question, answer: unknown): boolean {
  if (!question.required || question.type === 'switch') return false;
  return answer === undefined || answer === null || answer === '';
}

/** The server names the question before the reason; here it stands above it already. */
export function plainReason(question: Question, text: string | undefined): string | undefined {
  if (!text) return undefined;
  const named = `${question.label}: `;
  const reason = text.startsWith(named) ? text.slice(named.length) : text;
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}

export function QuestionInput({ question, value, error, File, onChange }: QuestionInputProps) {
  const { t, i18n } = useTranslation();
  const shared = { ...labelsOf(question), error };
  if (question.type === 'number')
    return <NumberInput {...shared} value={(value as number) ?? ''} onChange={onChange} />;
  if (question.type === 'switch') {
    return (
      <Switch
        label={shared.label}
        description={shared.description}
        error={error}
        checked={Boolean(value)}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (question.type === 'choice') {
    return <Select {...shared} data={question.choices ?? []} value={(value as string) ?? null} onChange={onChange} />;
  }
  if (question.type === 'date') {
    return (
      <DateInput
        {...shared}
        locale={i18n.language}
        valueFormat={t('ui.calendar.format')}
        ariaLabels={{
          previousMonth: t('ui.calendar.previousMonth'),
          nextMonth: t('ui.calendar.nextMonth'),
          previousYear: t('ui.calendar.previousYear'),
          nextYear: t('ui.calendar.nextYear'),
          previousDecade: t('ui.calendar.previousDecade'),
          nextDecade: t('ui.calendar.nextDecade'),
          monthLevelControl: t('ui.calendar.chooseMonth'),
          yearLevelControl: t('ui.calendar.chooseYear'),
        }}
        value={(value as string) ?? null}
        onChange={onChange}
      />
    );
  }
  if (question.type === 'file') return File && <File question={question} error={error} onChange={onChange} />;
  if (question.type === 'data') return <DataInput {...shared} onChange={onChange} />;
  return (
    <TextInput {...shared} value={(value as string) ?? ''} onChange={(event) => onChange(event.currentTarget.value)} />
  );
}

interface DataInputProps extends ReturnType<typeof labelsOf> {
  error: string | undefined;
  onChange(value: unknown): void;
}

/** Anything, written as JSON; what is no JSON is taken as the text that it is. */
function DataInput({ onChange, ...shared }: DataInputProps) {
  const [text, setText] = useState('');
  return (
    <JsonInput
      {...shared}
      autosize
      minRows={3}
      formatOnBlur
      value={text}
      onChange={(next) => {
        setText(next);
        try {
          onChange(next.trim() === '' ? null : JSON.parse(next));
        } catch {
          onChange(next);
        }
      }}
    />
  );
}
