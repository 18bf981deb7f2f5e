import { Alert, Button, FileInput, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconFileOff, IconLock, IconUpload } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { type PublicForm, useForm, useSendForm } from '@/api/forms';
import { ButtonLink } from '@/ui/button-link';
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
  const [round, setRound] = useState(0);
  const signedOut = isApiError(form.error) && form.error.status === 401;
  usePageTitle(form.data?.title ?? t('forms.one'));
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        {form.isPending && <Skeleton height={240} />}
        {signedOut && <SignInFirst slug={slug} />}
        {form.error &&
          !signedOut &&
          (isApiError(form.error) && form.error.status === 404 ? (
            <>
              <h1 className={classes.hidden}>{t('forms.gone')}</h1>
              <EmptyState icon={IconFileOff} title={t('forms.gone')} text={t('forms.goneText')} />
            </>
          ) : (
            <ProblemAlert error={form.error} retry={() => void form.refetch()} />
          ))}
        {form.data && <Questions key={round} slug={slug} form={form.data} onAgain={() => setRound(round + 1)} />}
      </div>
    </main>
  );
}

function SignInFirst({ slug }: { slug: string }) {
  const { t } = useTranslation();
  return (
    <>
      <h1 className={classes.hidden}>{t('forms.signIn')}</h1>
      <EmptyState
        icon={IconLock}
        title={t('forms.signIn')}
        text={t('forms.signInText')}
        action={
          <ButtonLink to="/sign-in" search={{ next: `/forms/${slug}` }}>
            {t('account.signIn.button')}
          </ButtonLink>
        }
      />
    </>
  );
}

/** The same for everything this form sends: sent twice, it is one run. */
const KEY = '_key';
/** People do not see this question; programs that fill in everything answer it. */
const TRAP = '_homepage';

interface QuestionsProps {
  slug: string;
  form: PublicForm;
  onAgain: () => void;
}

function Questions({ slug, form, onAgain }: QuestionsProps) {
  const { t } = useTranslation();
  const send = useSendForm(slug);
  const [answers, setAnswers] = useState<Record<string, unknown>>({});
  const [asked, setAsked] = useState(false);
  const [key] = useState(() => crypto.randomUUID());
  const trap = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLFormElement>(null);
  const keys = form.fields.map((field) => field.key);
  const wrong = send.error ? reasons(form, fieldErrors(send.error, keys)) : {};
  const missing = form.fields.filter((field) => isMissing(field, answers[field.key]));

  // The first question that is not right takes the focus.
  const told = asked && (missing.length > 0 || Object.keys(wrong).length > 0);
  useEffect(() => {
    if (told) box.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-error="true"] input')?.focus();
  }, [told]);

  if (send.data) return <Thanks message={send.data.message} onAgain={onAgain} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (missing.length > 0) return;
    send.mutate({ ...answers, [KEY]: key, [TRAP]: trap.current?.value ?? '' });
  };
  return (
    <form ref={box} onSubmit={submit} noValidate>
      <Stack gap="lg">
        <div>
          <Title order={1}>{form.title}</Title>
          {form.text && <Text className={classes.intro}>{form.text}</Text>}
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
        <input ref={trap} name={TRAP} className={classes.hidden} tabIndex={-1} autoComplete="off" aria-hidden="true" />
        <Button type="submit" size="md" fullWidth loading={send.isPending}>
          {t('forms.send')}
        </Button>
      </Stack>
    </form>
  );
}

/** The server names the question before the reason; here it stands above it already. */
function reasons(form: PublicForm, errors: Record<string, string>): Record<string, string> {
  const plain = (key: string, text: string) => {
    const label = `${form.fields.find((field) => field.key === key)?.label}: `;
    const reason = text.startsWith(label) ? text.slice(label.length) : text;
    return reason.charAt(0).toUpperCase() + reason.slice(1);
  };
  return Object.fromEntries(Object.entries(errors).map(([key, text]) => [key, plain(key, text)]));
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

function Thanks({ message, onAgain }: { message: string; onAgain: () => void }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className={classes.thanks}>
      <IconCircleCheck size={44} stroke={1.5} aria-hidden />
      <Title order={1} ref={heading} tabIndex={-1}>
        {t('forms.sent')}
      </Title>
      <Text role="status" className={classes.message}>
        {message}
      </Text>
      <Button variant="subtle" onClick={onAgain}>
        {t('forms.again')}
      </Button>
    </div>
  );
}
