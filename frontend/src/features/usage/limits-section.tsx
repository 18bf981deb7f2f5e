import { Button, Checkbox, Group, Modal, NumberInput, Stack, Text, Title } from '@mantine/core';
import { IconGauge, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CallLimit, useCallLimits, useRemoveCallLimit, useSetCallLimit } from '@/api/usage';
import { phrase } from '@/core/server-words';
import { ConfirmButton } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { AssetChoice } from './budget-dialog';
import classes from './usage.module.css';

/** How many calls a minute are let through; steps beyond that wait for the next minute. */
export function LimitsSection({ mayManage }: { mayManage: boolean }) {
  const { t, i18n } = useTranslation();
  const limits = useCallLimits();
  const [adding, setAdding] = useState(false);
  const rows = limits.data ?? [];
  const nameOf = (limit: CallLimit) => (limit.asset ? phrase(limit.asset.name) : t('usage.limit.all'));
  const columns: Column<CallLimit>[] = [
    { key: 'for', header: t('usage.limit.for'), cell: (row) => <Text fw={550}>{nameOf(row)}</Text> },
    {
      key: 'who',
      header: t('usage.limit.who'),
      cell: (row) => t(row.each_person ? 'usage.limit.eachPerson' : 'usage.limit.everybody'),
    },
    {
      key: 'number',
      header: t('usage.limit.perMinute'),
      cell: (row) => new Intl.NumberFormat(i18n.language).format(row.per_minute),
    },
  ];
  if (mayManage) {
    columns.push({
      key: 'do',
      header: t('usage.budget.do'),
      quietHeader: true,
      cell: (row) => <Remove limit={row} name={nameOf(row)} />,
    });
  }
  const add = mayManage && (
    <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t('usage.limit.add')}
    </Button>
  );
  return (
    <section className={classes.section} aria-labelledby="limits">
      <div className={classes.sectionHead}>
        <Title order={2} id="limits">
          {t('usage.limit.title')}
        </Title>
        {rows.length > 0 && add}
      </div>
      <DataTable
        label={t('usage.limit.title')}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        query={limits}
        empty={
          <EmptyState icon={IconGauge} title={t('usage.limit.empty')} text={t('usage.limit.emptyText')} action={add} />
        }
      />
      {adding && <LimitDialog onClose={() => setAdding(false)} />}
    </section>
  );
}

function Remove({ limit, name }: { limit: CallLimit; name: string }) {
  const { t } = useTranslation();
  const remove = useRemoveCallLimit();
  return (
    <div className={classes.rowActions}>
      <ConfirmButton
        title={t('usage.limit.removeTitle', { name })}
        verb={t('usage.budget.remove')}
        danger
        button={{
          size: 'compact-sm',
          variant: 'subtle',
          color: 'gray',
          'aria-label': t('usage.limit.removeLabel', { name }),
        }}
        onConfirm={() =>
          remove.mutate(limit.id, {
            onSuccess: () => toast.done(t('usage.limit.removed')),
            onError: (error) => toast.failed(error),
          })
        }
      >
        {t('usage.budget.remove')}
      </ConfirmButton>
    </div>
  );
}

function LimitDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const set = useSetCallLimit();
  const [asset, setAsset] = useState<string | null>(null);
  const [eachPerson, setEachPerson] = useState(false);
  const [perMinute, setPerMinute] = useState<number | string>(60);
  const [tried, setTried] = useState(false);
  const wrong = typeof perMinute !== 'number' || perMinute < 1;
  const submit = () => {
    setTried(true);
    if (wrong) return;
    set.mutate(
      { asset, each_person: eachPerson, per_minute: perMinute },
      {
        onSuccess: () => {
          toast.done(t('usage.limit.saved'));
          onClose();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={t('usage.limit.add')} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <Stack gap="md">
        <ProblemAlert error={set.error} />
        <AssetChoice value={asset} onChange={setAsset} wrong={false} clearable />
        <Text size="sm" c="dimmed" mt={-8}>
          {t('usage.limit.allText')}
        </Text>
        <NumberInput
          label={t('usage.limit.perMinute')}
          min={1}
          max={1_000_000}
          allowDecimal={false}
          value={perMinute}
          onChange={setPerMinute}
          error={tried && wrong ? t('usage.limit.needsNumber') : undefined}
        />
        <Checkbox
          label={t('usage.limit.eachPerson')}
          description={t('usage.limit.eachPersonText')}
          checked={eachPerson}
          onChange={(event) => setEachPerson(event.currentTarget.checked)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button loading={set.isPending} onClick={submit}>
            {t('usage.budget.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
