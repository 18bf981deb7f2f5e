import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconShieldX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Policy, useLiftPolicy, usePolicies } from '@/api/access';
import { useCan } from '@/api/session';
import { isAsked } from '@/api/why';
import { day } from '@/core/time';
import { verbKey } from '@/core/trail';
import { ConfirmButton } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { toast } from '@/ui/toasts';
import { TurnedAway } from '@/ui/turned-away';
import classes from '../governance.module.css';
import { PeopleTabs } from './people-tabs';
import { RuleDialog } from './rule-dialog';

type VerbWords = 'audit.verb.workflow.read';

/** Rules that take something away, whatever roles and sharing give. */
export default function RulesPage() {
  return useCan('member:read') ? <Rules /> : <TurnedAway />;
}

function Rules() {
  const { t } = useTranslation();
  const manages = useCan('member:manage');
  const list = usePolicies();
  const [opened, { open, close }] = useDisclosure(false);
  const create = manages && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {t('access.rules.new')}
    </Button>
  );
  return (
    <Page title={t('people.tab.rules')} lead={t('access.rules.lead')} actions={list.rows.length > 0 && create}>
      <PeopleTabs />
      <DataTable
        label={t('people.tab.rules')}
        columns={useColumns(manages)}
        rows={list.rows}
        rowKey={(row) => row.id}
        count={list.count}
        query={list.query}
        empty={
          <EmptyState
            icon={IconShieldX}
            title={t('access.rules.empty')}
            text={t('access.rules.emptyText')}
            action={create}
          />
        }
      />
      {opened && <RuleDialog onClose={close} />}
    </Page>
  );
}

function useColumns(manages: boolean): Column<Policy>[] {
  const { t } = useTranslation();
  const columns: Column<Policy>[] = [
    { key: 'against', header: t('access.rules.column.against'), cell: (row) => <Against rule={row} /> },
    {
      key: 'what',
      header: t('access.rules.column.what'),
      cell: (row) => row.verbs.map((verb) => t(`audit.verb.${verbKey(verb)}` as VerbWords)).join(', '),
    },
    {
      key: 'about',
      header: t('access.rules.column.about'),
      cell: (row) => row.about?.name ?? t('access.rules.everything'),
    },
    { key: 'reason', header: t('access.rules.column.reason'), wide: true, cell: (row) => row.reason },
    {
      key: 'made',
      header: t('access.rules.column.made'),
      wide: true,
      cell: (row) => (
        <>
          {day(new Date(row.created_at))}
          {row.created_by && (
            <Text size="xs" c="dimmed">
              {t('access.rules.by', { name: row.created_by.name })}
            </Text>
          )}
        </>
      ),
    },
  ];
  if (manages) {
    columns.push({
      key: 'do',
      header: t('access.rules.column.do'),
      quietHeader: true,
      width: 110,
      cell: (row) => <Lift rule={row} />,
    });
  }
  return columns;
}

function useWhom(rule: Policy): string {
  const { t } = useTranslation();
  return rule.user?.name ?? rule.team?.name ?? (rule.role ? t(`words.role.${rule.role}.name`) : '');
}

function Against({ rule }: { rule: Policy }) {
  const { t } = useTranslation();
  const kind = rule.user ? 'user' : rule.team ? 'team' : 'role';
  return (
    <>
      <Text fw={550}>{useWhom(rule)}</Text>
      <Text size="xs" c="dimmed">
        {t(`access.rules.kind.${kind}`)}
      </Text>
    </>
  );
}

function Lift({ rule }: { rule: Policy }) {
  const { t } = useTranslation();
  const lift = useLiftPolicy();
  const whom = useWhom(rule);
  return (
    <div className={classes.rowActions}>
      <ConfirmButton
        title={t('access.rules.lift.title', { whom })}
        text={t('access.rules.lift.text')}
        verb={t('access.rules.lift.verb')}
        danger
        button={{
          size: 'compact-sm',
          variant: 'subtle',
          color: 'gray',
          'aria-label': t('access.rules.lift.label', { whom }),
        }}
        onConfirm={() =>
          lift.mutate(rule.id, {
            onSuccess: (answer) => toast.done(t(isAsked(answer) ? 'ui.asked' : 'access.rules.lift.done')),
            onError: (error) => toast.failed(error),
          })
        }
      >
        {t('access.rules.lift.verb')}
      </ConfirmButton>
    </div>
  );
}
