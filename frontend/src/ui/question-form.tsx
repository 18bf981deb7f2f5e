import { Alert, Button, type MantineColor, Stack, Text, Title } from '@mantine/core';
import { type ComponentType, type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './question-form.module.css';
import { isMissing, plainReason, type Question, type QuestionFileProps, QuestionInput } from './question-input';

/** A form as its author made it. */
export interface FormLook {
  title: string;
  text: string;
  sender: string;
  colour: string;
  fields: Question[];
}

interface QuestionFormProps {
  look: FormLook;
  headingOrder?: 1 | 3;
  /** What the server said about single answers, by question. */
  wrong?: Record<string, string>;
  busy?: boolean;
  sendWords: string;
  /** What went wrong with the whole of it. */
  notice?: ReactNode;
  File?: ComponentType<QuestionFileProps>;
  children?: ReactNode;
  onSend(answers: Record<string, unknown>): void;
}

const COLOURS: Record<string, MantineColor> = { grey: 'gray' };

/** Title, questions and the button to send; what is not right is told at its question, and the first such is focused. */
export function QuestionForm({
  look,
  headingOrder = 1,
  wrong = {},
  busy = false,
  sendWords,
  notice,
  File,
  children,
  onSend,
}: QuestionFormProps) {
  const { t } = useTranslation();
  const [answers, setAnswers] = useState<Record<string, unknown>>({});
  const [asked, setAsked] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  const missing = look.fields.filter((field) => isMissing(field, answers[field.key]));
  const told = asked && (missing.length > 0 || Object.keys(wrong).length > 0);
  useEffect(() => {
    if (told) box.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-error="true"] input')?.focus();
  }, [told]);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (missing.length === 0) onSend(answers);
  };
  return (
    <form ref={box} onSubmit={send} noValidate className={classes.form} data-colour={look.colour || 'blue'}>
      <Stack gap="lg">
        <div>
          {look.sender && <Text className={classes.sender}>{look.sender}</Text>}
          <Title order={headingOrder} className={classes.title}>
            {look.title}
          </Title>
          {look.text && <Text className={classes.intro}>{look.text}</Text>}
        </div>
        {look.fields.map((field) => (
          <QuestionInput
            key={field.key}
            question={field}
            value={answers[field.key]}
            error={
              asked && isMissing(field, answers[field.key]) ? t('forms.missing') : plainReason(field, wrong[field.key])
            }
            {...(File ? { File } : {})}
            onChange={(value) => setAnswers((before) => ({ ...before, [field.key]: value }))}
          />
        ))}
        {notice}
        {told && missing.length > 0 && (
          <Alert color="orange" variant="light" role="alert">
            {t('forms.incomplete', { count: missing.length })}
          </Alert>
        )}
        {children}
        <Button
          type="submit"
          size="md"
          fullWidth
          loading={busy}
          color={COLOURS[look.colour] ?? (look.colour || 'blue')}
          autoContrast
        >
          {sendWords}
        </Button>
      </Stack>
    </form>
  );
}
