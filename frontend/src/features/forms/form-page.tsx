import { Button, FileInput, Skeleton, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconFileOff, IconLock, IconUpload } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { type PublicForm, useForm, useSendForm } from '@/api/forms';
import { ButtonLink } from '@/ui/button-link';
import { EmptyState } from '@/ui/empty-state';
import { fieldErrors } from '@/ui/field-errors';
import { usePageTitle } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { QuestionForm } from '@/ui/question-form';
import { labelsOf, type QuestionFileProps } from '@/ui/question-input';
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
  const [key] = useState(() => crypto.randomUUID());
  const trap = useRef<HTMLInputElement>(null);
  const wrong = fieldErrors(
    send.error,
    form.fields.map((field) => field.key),
  );
  if (send.data) return <Thanks message={send.data.message} onAgain={onAgain} />;
  return (
    <QuestionForm
      look={form}
      wrong={wrong}
      busy={send.isPending}
      sendWords={t('forms.send')}
      File={FormFile}
      notice={
        send.error && Object.keys(wrong).length === 0 && <ProblemAlert error={send.error} title={t('forms.notSent')} />
      }
      onSend={(answers) => send.mutate({ ...answers, [KEY]: key, [TRAP]: trap.current?.value ?? '' })}
    >
      <input ref={trap} name={TRAP} className={classes.hidden} tabIndex={-1} autoComplete="off" aria-hidden="true" />
    </QuestionForm>
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
