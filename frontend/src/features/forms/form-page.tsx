import { Alert, Button, FileInput, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconFileOff, IconUpload } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { type PublicForm, useForm, useSendForm } from '@/api/forms';
import { EmptyState } from '@/ui/empty-state';
import { fieldErrors } from '@/ui/field-errors';
import { usePageTitle } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { isMissing, labelsOf, type QuestionFileProps, QuestionInput } from '@/ui/question-input';
import classes from './form-page.module.css';

/** `/forms/<slug>`: the questions of a workflow, for anybody who has the address. */
export default function FormPage() {
  const { t } = useTranslation();
  const { slug } = useParams({ from: '/forms/$slug' });
  const form = useForm(slug);
  usePageTitle(form.data?.title ?? t('forms.one'));
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        {form.isPending && <Skeleton height={240} />}
        {form.error &&
          (isApiError(form.error) && form.error.status === 404 ? (
            <>
              <h1 className={classes.hidden}>{t('forms.gone')}</h1>
              <EmptyState icon={IconFileOff} title={t('forms.gone')} text={t('forms.goneText')} />
            </>
          ) : (
            <ProblemAlert error={form.error} retry={() => void form.refetch()} />
          ))}
        {form.data && <Questions slug={slug} form={form.data} />}
      </div>
    </main>
  );
}

function Questions({ slug, form }: { slug: string; form: PublicForm }) {
  const { t } = useTranslation();
  const send = useSendForm(slug);
  const [answers, setAnswers] = useState<Record<string, unknown>>({});
  const [asked, setAsked] = useState(false);
  const [sent, setSent] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  const keys = form.fields.map((field) => field.key);
  const wrong = send.error ? fieldErrors(send.error, keys) : {};
  const missing = form.fields.filter((field) => isMissing(field, answers[field.key]));

  // The first question that is not right takes the focus.
  const told = asked && (missing.length > 0 || Object.keys(wrong).length > 0);
  useEffect(() => {
    if (told) box.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-error="true"] input')?.focus();
  }, [told]);

  if (sent)
    return (
      <Thanks
        form={form}
        onAgain={() => {
          setSent(false);
          setAnswers({});
          setAsked(false);
        }}
      />
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (missing.length > 0) return;
    send.mutate(answers, { onSuccess: () => setSent(true) });
  };
  return (
    <form ref={box} onSubmit={submit} noValidate>
      <Stack gap="lg">
        <div>
          <Title order={1}>{form.title}</Title>
          {form.intro && <Text className={classes.intro}>{form.intro}</Text>}
        </div>
        {form.fields.map((field) => (
          <QuestionInput
            key={field.key}
            question={field}
            value={answers[field.key]}
            error={asked && isMissing(field, answers[field.key]) ? t('forms.missing') : (wrong[field.key] ?? undefined)}
            File={FormFile}
            onChange={(value) => setAnswers((before) => ({ ...before, [field.key]: value }))}
          />
        ))}
        {send.error && Object.keys(wrong).length === 0 && (
          <ProblemAlert error={send.error} title={t('forms.notSent')} />
        )}
        {told && missing.length > 0 && (
          <Alert color="orange" variant="light" role="alert">
            {t('forms.incomplete', { count: missing.length })}
          </Alert>
        )}
        <Button type="submit" size="md" fullWidth loading={send.isPending}>
          {t('forms.send')}
        </Button>
      </Stack>
    </form>
  );
}

/** Files go with the answers, when the form is sent. */
function FormFile({ question, error, onChange }: QuestionFileProps) {
  return (
    <FileInput
      {...labelsOf(question)}
      error={error}
      leftSection={<IconUpload size={16} />}
      clearable
      onChange={onChange}
    />
  );
}

function Thanks({ form, onAgain }: { form: PublicForm; onAgain: () => void }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className={classes.thanks}>
      <IconCircleCheck size={44} stroke={1.5} aria-hidden />
      <Title order={1} ref={heading} tabIndex={-1}>
        {t('forms.thanks')}
      </Title>
      <Text role="status">{form.thanks || t('forms.thanksText')}</Text>
      <Button variant="subtle" onClick={onAgain}>
        {t('forms.again')}
      </Button>
    </div>
  );
}
