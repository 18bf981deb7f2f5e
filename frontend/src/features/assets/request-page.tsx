import { Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useReplacement } from '@/api/replacements';
import type { Replacement } from '@/api/types';
import { dateTime } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { KeptCases } from './kept-cases';
import classes from './quality.module.css';
import { Affected, Differing, Measured } from './replacement-evidence';
import { SHOWN_STATE } from './replacement-state';
import { ReplacementVerbs } from './replacement-verbs';
import { Part } from './report-view';
import { TrialPanel } from './trial-panel';

/** `/assets/<id>/requests/<request>`: what a second person needs to decide, and what became of it. */
export default function RequestPage() {
  const { t } = useTranslation();
  const { id, request } = useParams({ from: '/authed/shell/assets/$id/requests/$request' });
  const replacement = useReplacement(request);
  const back = (
    <TextLink
      to="/assets/$id"
      params={{ id }}
      search={{ tab: 'replacement' }}
      size="sm"
      c="dimmed"
      className={classes.back}
    >
      <IconArrowLeft size={14} aria-hidden /> {replacement.data?.asset.title ?? t('replacement.page.back')}
    </TextLink>
  );
  if (!replacement.data) {
    return (
      <Page title={t('replacement.page.one')} back={back}>
        {replacement.error ? (
          <ProblemAlert error={replacement.error} retry={() => void replacement.refetch()} />
        ) : (
          <Waiting />
        )}
      </Page>
    );
  }
  const one = replacement.data;
  return (
    <Page
      title={t('replacement.page.title', { before: one.before.number, after: one.after.number })}
      back={back}
      lead={<Facts one={one} />}
      actions={<ReplacementVerbs one={one} />}
    >
      <div className={classes.stack}>
        <TrialPanel one={one} />
        <Asked one={one} />
        <Measured one={one} />
        <KeptCases one={one} />
        <Differing one={one} />
        <Affected one={one} />
      </div>
    </Page>
  );
}

function Facts({ one }: { one: Replacement }) {
  const { t } = useTranslation();
  return (
    <span className={classes.facts}>
      <Badge shown={SHOWN_STATE[one.state]} label={t(`replacement.state.${one.state}`)} />
      <span>{t('replacement.page.for', { alias: one.alias, title: one.asset.title })}</span>
      <span>
        {t('replacement.page.askedBy', { name: one.request.requester?.name ?? t('replacement.product') })},{' '}
        <TimeAgo at={one.request.created_at} />
      </span>
    </span>
  );
}

/** Why, how it is tried, and who decided. */
function Asked({ one }: { one: Replacement }) {
  const { t } = useTranslation();
  const { request, plan, before, after } = one;
  const numbers = { before: before.number, after: after.number };
  return (
    <Part title={t('replacement.page.why')}>
      <Text>{request.reason}</Text>
      {after.note && <Text c="dimmed">{t('replacement.versionNote', { number: after.number, note: after.note })}</Text>}
      <Text>
        {t(`replacement.page.planText.${plan.how}`, { ...numbers, percent: plan.percent, calls: plan.calls })}{' '}
        {plan.how !== 'at_once' && (plan.by_itself ? t('replacement.page.byItself') : t('replacement.page.byPerson'))}
      </Text>
      {plan.how !== 'at_once' && (
        <Text c="dimmed">
          {t('replacement.page.stops', {
            failures: plan.more_failures,
            slower: plan.slower,
            agreement: plan.agreement,
          })}
        </Text>
      )}
      <Decided one={one} />
    </Part>
  );
}

function Decided({ one }: { one: Replacement }) {
  const { t } = useTranslation();
  const { state, decider, decision_reason: reason, expires_at } = one.request;
  const name = decider?.name ?? t('replacement.product');
  if (state === 'open') {
    return (
      <Text c="dimmed" size="sm">
        {t('replacement.page.expires', { at: dateTime(new Date(expires_at)) })}
      </Text>
    );
  }
  if (state === 'declined') return <Text fw={550}>{t('replacement.page.refusedBy', { name, reason })}</Text>;
  if (state !== 'approved' && state !== 'done') return null;
  return (
    <Text fw={550}>
      {reason ? t('replacement.page.decided', { name, reason }) : t('replacement.page.decidedPlain', { name })}
    </Text>
  );
}
