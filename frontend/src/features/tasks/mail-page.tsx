import { IconArrowLeft } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMail } from '@/api/mails';
import { dateTime } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { FileLink } from '@/ui/file-link';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import classes from './task.module.css';

/** One mail as it was sent, its text shown as text. */
export default function MailPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/shell/outbox/$id' });
  const mail = useMail(id);
  const back = (
    <TextLink to="/outbox" size="sm" c="dimmed" className={classes.back}>
      <IconArrowLeft size={14} aria-hidden /> {t('app.nav.outbox')}
    </TextLink>
  );
  if (!mail.data) {
    return (
      <Page title={t('outbox.one')} back={back} width="narrow">
        {mail.error ? <ProblemAlert error={mail.error} /> : <Waiting />}
      </Page>
    );
  }
  const { subject, to, reply_to, created_at, delivery, run, run_title, body, attachments } = mail.data;
  return (
    <Page title={subject || t('outbox.noSubject')} back={back} width="narrow">
      <article className={classes.mail}>
        <dl className={classes.mailHead}>
          <dt>{t('outbox.column.to')}</dt>
          <dd>{to.join(', ')}</dd>
          {reply_to && (
            <>
              <dt>{t('outbox.replyTo')}</dt>
              <dd>{reply_to}</dd>
            </>
          )}
          <dt>{t('outbox.column.at')}</dt>
          <dd>{dateTime(new Date(created_at))}</dd>
          <dt>{t('outbox.column.delivery')}</dt>
          <dd>{t(delivery === 'smtp' ? 'outbox.delivery.smtp' : 'outbox.delivery.outbox')}</dd>
          <dt>{t('outbox.column.run')}</dt>
          <dd>
            <TextLink to="/runs/$id" params={{ id: run }} search={{}}>
              {run_title || t('runs.one')}
            </TextLink>
          </dd>
        </dl>
        <pre className={classes.mailText}>{body}</pre>
        {attachments.length > 0 && (
          <div className={classes.attachments}>
            {attachments.map((file) => (
              <FileLink key={file.file_id} file={file} />
            ))}
          </div>
        )}
      </article>
    </Page>
  );
}
