import { Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Request, useRequest } from '@/api/requests';
import { SHOWN_STATE } from '@/core/requests';
import { dateTime } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { useRequestWords } from '@/ui/requests/use-request-words';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { Part } from './part';
import { RequestContent } from './request-content';
import { RequestVerbs } from './request-verbs';
import classes from './requests.module.css';

/** `/requests/<id>`: what a second person needs to decide, and what became of it. */
export default function RequestPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/shell/requests/$id' });
  const request = useRequest(id);
  const words = useRequestWords();
  const back = (
    <TextLink to="/requests" search={{}} size="sm" c="dimmed" className={classes.facts}>
      <IconArrowLeft size={14} aria-hidden /> {t('app.nav.requests')}
    </TextLink>
  );
  if (!request.data) {
    return (
      <Page title={t('requests.one')} back={back} width="narrow">
        {request.error ? <ProblemAlert error={request.error} retry={() => void request.refetch()} /> : <Waiting />}
      </Page>
    );
  }
  const one = request.data;
  return (
    <Page title={words(one)} back={back} lead={<Facts one={one} />} actions={<RequestVerbs one={one} />} width="narrow">
      <div className={classes.stack}>
        <Part title={t('requests.page.why')}>
          <Text>{one.reason}</Text>
          <Decided one={one} />
        </Part>
        <RequestContent one={one} />
      </div>
    </Page>
  );
}

function Facts({ one }: { one: Request }) {
  const { t } = useTranslation();
  return (
    <span className={classes.facts}>
      <Badge shown={SHOWN_STATE[one.state]} label={t(`requests.state.${one.state}`)} />
      <span>{t('requests.askedBy', { name: one.requester?.name ?? t('words.request.product') })}</span>
      <TimeAgo at={one.created_at} />
    </span>
  );
}

function Decided({ one }: { one: Request }) {
  const { t } = useTranslation();
  const { state, decider, decision_reason: reason, decided_at: at } = one;
  const name = decider?.name ?? t('words.request.product');
  if (state === 'open')
    return (
      <Text c="dimmed" size="sm">
        {t('requests.page.expires', { at: dateTime(new Date(one.expires_at)) })}
      </Text>
    );
  const words = {
    approved: t('requests.page.agreed', { name }),
    done: t('requests.page.agreed', { name }),
    declined: t('requests.page.declinedBy', { name }),
    withdrawn: t('requests.page.withdrawnBy', { name }),
    expired: t('requests.page.nobody'),
    void: t('requests.page.void'),
  }[state];
  return (
    <div>
      <Text fw={550}>
        {words} {at && <TimeAgo at={at} />}
      </Text>
      {reason && <Text>{reason}</Text>}
    </div>
  );
}
