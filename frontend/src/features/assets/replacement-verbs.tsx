import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isTried, useDecide, useFinish, useTakeBack, useWithdraw } from '@/api/replacements';
import type { Replacement } from '@/api/types';
import { DecisionDialog, type Question } from '@/ui/decision-dialog';
import { toast } from '@/ui/toasts';

/** What this person can do about a replacement now. */
export function ReplacementVerbs({ one }: { one: Replacement }) {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<Question | null>(null);
  const questions = useQuestions(one);
  const { may, state } = one;
  const waits = state === 'asked' && one.request.state === 'open';
  return (
    <>
      {waits && !may.decide && (
        <Text c="dimmed" size="sm">
          {may.withdraw ? t('replacement.page.notYou') : t('replacement.page.notAllowed')}
        </Text>
      )}
      {may.withdraw && (
        <Button variant="default" onClick={() => setQuestion(questions.withdraw)}>
          {t('replacement.page.withdraw')}
        </Button>
      )}
      {may.decide && (
        <>
          <Button variant="default" onClick={() => setQuestion(questions.decline)}>
            {t('replacement.page.decline')}
          </Button>
          <Button onClick={() => setQuestion(questions.approve)}>{t('replacement.page.approve')}</Button>
        </>
      )}
      {may.take_back && (
        <Button variant="default" onClick={() => setQuestion(questions.takeBack)}>
          {isTried(state) ? t('replacement.page.takeBack') : t('replacement.page.rollBack')}
        </Button>
      )}
      {may.finish && <Button onClick={() => setQuestion(questions.finish)}>{t('replacement.page.finish')}</Button>}
      <DecisionDialog question={question} onClose={() => setQuestion(null)} />
    </>
  );
}

type Verb = 'approve' | 'decline' | 'withdraw' | 'finish' | 'takeBack';

function useQuestions(one: Replacement): Record<Verb, Question> {
  const { t } = useTranslation();
  const decide = useDecide(one.id);
  const withdraw = useWithdraw(one.id);
  const finish = useFinish(one.id);
  const takeBack = useTakeBack(one.id);
  const numbers = { before: one.before.number, after: one.after.number };
  const content_hash = one.request.content_hash;
  const optional = { label: t('replacement.page.reasonOptional'), needed: false };
  const said = (words: string) => () => toast.done(words);
  const plan = t(`replacement.page.approveText.${one.plan.how}`, { ...numbers, percent: one.plan.percent });
  return {
    approve: {
      title: t('replacement.page.approveTitle'),
      text: `${plan} ${t('replacement.page.keeps')}`,
      verb: t('replacement.page.approve'),
      reason: one.may.decide_needs_reason ? { label: t('replacement.page.reasonSelf'), needed: true } : optional,
      send: (reason) =>
        decide.mutateAsync({ approve: true, reason, content_hash }).then(said(t('replacement.page.approved'))),
    },
    decline: {
      title: t('replacement.page.declineTitle'),
      verb: t('replacement.page.decline'),
      reason: { label: t('replacement.page.reasonDecline'), needed: true },
      send: (reason) =>
        decide.mutateAsync({ approve: false, reason, content_hash }).then(said(t('replacement.page.declined'))),
    },
    withdraw: {
      title: t('replacement.page.withdrawTitle'),
      verb: t('replacement.page.withdraw'),
      send: () => withdraw.mutateAsync().then(said(t('replacement.page.withdrawn'))),
    },
    finish: {
      title: t('replacement.page.finishTitle', numbers),
      text: t('replacement.page.keeps'),
      verb: t('replacement.page.finish'),
      reason: optional,
      send: (reason) => finish.mutateAsync(reason).then(said(t('replacement.page.finished', numbers))),
    },
    takeBack: {
      title: t('replacement.page.takeBackTitle', numbers),
      text: t('replacement.page.keeps'),
      verb: isTried(one.state) ? t('replacement.page.takeBack') : t('replacement.page.rollBack'),
      danger: true,
      reason: optional,
      send: (reason) => takeBack.mutateAsync(reason).then(said(t('replacement.page.backAgain', numbers))),
    },
  };
}
