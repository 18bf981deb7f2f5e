import { Button, Group, Modal, NumberInput, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Budget, useExtendBudget } from '@/api/usage';
import { allowed } from '@/core/budgets';
import { money } from '@/core/money';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { useBudgetName } from './budgets-panel';

interface ExtendDialogProps {
  budget: Budget;
  currency: string;
  onClose: () => void;
}

/** Allows more until the budget begins anew, with a reason; steps that wait for it go on. */
export function ExtendDialog({ budget, currency, onClose }: ExtendDialogProps) {
  const { t, i18n } = useTranslation();
  const extend = useExtendBudget();
  const name = useBudgetName()(budget);
  const [amount, setAmount] = useState<number | string>(Number(budget.amount));
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const lacks = { amount: typeof amount !== 'number' || amount <= 0, reason: !reason.trim() };
  const say = (value: number) => money(value, currency, i18n.language);
  const submit = () => {
    setTried(true);
    if (lacks.amount || lacks.reason) return;
    extend.mutate(
      { id: budget.id, amount: Number(amount).toFixed(2), reason: reason.trim() },
      {
        onSuccess: () => {
          toast.done(t('usage.extend.done'));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('usage.extend.label', { name })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="md">
        <ProblemAlert error={extend.error} />
        <Text>
          {t('usage.extend.text', { spent: say(Number(budget.spent)), amount: say(allowed(budget)) })}{' '}
          {budget.at_limit === 'pause' && t('usage.extend.goesOn')}
        </Text>
        <NumberInput
          label={t('usage.extend.amount', { currency })}
          data-autofocus
          min={0}
          max={1_000_000_000}
          decimalScale={2}
          value={amount}
          onChange={setAmount}
          error={tried && lacks.amount ? t('usage.budget.needsAmount') : undefined}
        />
        <Textarea
          label={t('usage.extend.reason')}
          description={t('usage.extend.reasonText')}
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={tried && lacks.reason ? t('usage.extend.needsReason') : undefined}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button loading={extend.isPending} onClick={submit}>
            {t('usage.extend.button')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
