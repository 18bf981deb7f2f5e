import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Request, useDecideRequest, useWithdrawRequest } from '@/api/requests';
import { DecisionDialog, type Question } from '@/ui/decision-dialog';
import { toast } from '@/ui/toasts';

/** What this person can do about a request now; whoever can do nothing is told why. */
export function RequestVerbs({ one }: { one: Request }) {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<Question | null>(null);
  const decide = useDecideRequest(one.id);
  const withdraw = useWithdrawRequest(one.id);
  if (one.state !== 'open') return null;
  const { content_hash, may } = one;
  const said = (words: string) => () => toast.done(words);
  const runAs = one.kind === 'workflow.run_as';
  const verb = runAs ? t('requests.page.accept') : t('requests.page.approve');
  const approve: Question = {
    title: runAs ? t('requests.page.acceptTitle') : t('requests.page.approveTitle'),
    text: runAs ? t('requests.page.acceptText') : t('requests.page.approveText'),
    verb,
    reason: may.needs_reason
      ? { label: t('requests.page.reasonSelf'), needed: true }
      : { label: t('requests.page.reasonOptional'), needed: false },
    send: (reason) =>
      decide.mutateAsync({ approve: true, reason, content_hash }).then(said(t('requests.page.approved'))),
  };
  const decline: Question = {
    title: t('requests.page.declineTitle'),
    verb: t('requests.page.decline'),
    reason: { label: t('requests.page.reasonDecline'), needed: true },
    send: (reason) =>
      decide.mutateAsync({ approve: false, reason, content_hash }).then(said(t('requests.page.declined'))),
  };
  const takeBack: Question = {
    title: t('requests.page.withdrawTitle'),
    verb: t('requests.page.withdraw'),
    send: () => withdraw.mutateAsync().then(said(t('requests.page.withdrawn'))),
  };
  return (
    <>
      {!may.decide && (
        <Text c="dimmed" size="sm">
          {may.needs_reason ? t('requests.page.notYou') : t('requests.page.notAllowed')}
        </Text>
      )}
      {may.withdraw && (
        <Button variant="default" onClick={() => setQuestion(takeBack)}>
          {t('requests.page.withdraw')}
        </Button>
      )}
      {may.decide && (
        <>
          <Button variant="default" onClick={() => setQuestion(decline)}>
            {t('requests.page.decline')}
          </Button>
          <Button onClick={() => setQuestion(approve)}>{verb}</Button>
        </>
      )}
      <DecisionDialog question={question} onClose={() => setQuestion(null)} />
    </>
  );
}
