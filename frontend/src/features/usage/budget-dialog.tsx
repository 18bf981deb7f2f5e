import { Button, Group, Modal, NumberInput, Radio, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAssets } from '@/api/assets';
import { type Budget, type BudgetFor, useSaveBudget } from '@/api/usage';
import { useWorkflows } from '@/api/workflows';
import { phrase } from '@/core/server-words';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';

const PERIODS = ['month', 'day'] as const;
const THEN = ['warn', 'pause', 'stop'] as const;
const KINDS = ['whole', 'workflow', 'asset'] as const;
type Kind = (typeof KINDS)[number];

interface BudgetDialogProps {
  /** Null: a new one. */
  budget: Budget | null;
  currency: string;
  onClose: () => void;
}

/** What may be spent by whom, and what happens once it is. */
export function BudgetDialog({ budget, currency, onClose }: BudgetDialogProps) {
  const { t } = useTranslation();
  const save = useSaveBudget();
  const [kind, setKind] = useState<Kind>('whole');
  const [what, setWhat] = useState<string | null>(null);
  const [period, setPeriod] = useState<Budget['period']>('month');
  const [amount, setAmount] = useState<number | string>(budget ? Number(budget.amount) : '');
  const [warn, setWarn] = useState<number | string>(budget?.warn_percent ?? 80);
  const [then, setThen] = useState<Budget['at_limit']>(budget?.at_limit ?? 'warn');
  const [tried, setTried] = useState(false);
  const lacks = { amount: typeof amount !== 'number', what: !budget && kind !== 'whole' && what === null };
  const submit = () => {
    setTried(true);
    if (lacks.amount || lacks.what) return;
    const named: BudgetFor = {
      period,
      workflow: kind === 'workflow' ? what : null,
      asset: kind === 'asset' ? what : null,
    };
    const terms = { amount: Number(amount).toFixed(2), warn_percent: Number(warn) || 80, at_limit: then };
    save.mutate(
      { id: budget?.id, terms, what: named },
      {
        onSuccess: () => {
          toast.done(t('usage.budget.saved'));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(budget ? 'usage.budget.edit' : 'usage.budget.add')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="md">
        <ProblemAlert error={save.error} />
        {!budget && (
          <>
            <Radio.Group label={t('usage.budget.for')} value={kind} onChange={(next) => setKind(next as Kind)}>
              <Group gap="md" mt="xs">
                {KINDS.map((one) => (
                  <Radio key={one} value={one} label={t(`usage.kind.${one}`)} />
                ))}
              </Group>
            </Radio.Group>
            {kind === 'workflow' && <WorkflowChoice value={what} onChange={setWhat} wrong={tried && lacks.what} />}
            {kind === 'asset' && <AssetChoice value={what} onChange={setWhat} wrong={tried && lacks.what} />}
            <Select
              label={t('usage.budget.period')}
              allowDeselect={false}
              data={PERIODS.map((value) => ({ value, label: t(`usage.period.${value}`) }))}
              value={period}
              onChange={(next) => setPeriod((next ?? 'month') as Budget['period'])}
            />
          </>
        )}
        <NumberInput
          label={t('usage.budget.amount', { currency })}
          data-autofocus
          min={0}
          max={1_000_000_000}
          decimalScale={2}
          value={amount}
          onChange={setAmount}
          error={tried && lacks.amount ? t('usage.budget.needsAmount') : undefined}
        />
        <NumberInput
          label={t('usage.budget.warn')}
          description={t('usage.budget.warnText')}
          min={1}
          max={100}
          allowDecimal={false}
          suffix=" %"
          value={warn}
          onChange={setWarn}
        />
        <Radio.Group
          label={t('usage.budget.then')}
          value={then}
          onChange={(next) => setThen(next as Budget['at_limit'])}
        >
          <Stack gap="xs" mt="xs">
            {THEN.map((one) => (
              <Radio
                key={one}
                value={one}
                label={t(`usage.atLimit.${one}`)}
                description={t(`usage.atLimitText.${one}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button loading={save.isPending} onClick={submit}>
            {t('usage.budget.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface ChoiceProps {
  value: string | null;
  onChange: (id: string | null) => void;
  wrong: boolean;
  clearable?: boolean;
}

function WorkflowChoice({ value, onChange, wrong }: ChoiceProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [known] = useState(() => new Map<string, string>());
  const found = useWorkflows({ search: search || undefined, page_size: 50 }).rows;
  for (const one of found) known.set(one.id, one.name);
  const shown = [...new Set([...found.map((one) => one.id), ...(value ? [value] : [])])];
  return (
    <Select
      label={t('usage.kind.workflow')}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      data={shown.map((id) => ({ value: id, label: known.get(id) ?? '' }))}
      value={value}
      onChange={onChange}
      error={wrong ? t('usage.budget.needsOne') : undefined}
    />
  );
}

export function AssetChoice({ value, onChange, wrong, clearable = false }: ChoiceProps) {
  const { t } = useTranslation();
  const assets = useAssets().rows;
  return (
    <Select
      label={t('usage.kind.asset')}
      searchable
      clearable={clearable}
      data={assets.map((one) => ({ value: one.id, label: phrase(one.title) }))}
      value={value}
      onChange={onChange}
      error={wrong ? t('usage.budget.needsOne') : undefined}
    />
  );
}
