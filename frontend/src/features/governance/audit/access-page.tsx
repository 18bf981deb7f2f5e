import { Select, Text, Title } from '@mantine/core';
import { IconKey, IconShare, IconUsers } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMatrix } from '@/api/governance';
import { type Access, useAccess, useAccessFile } from '@/api/reports';
import { useCan } from '@/api/session';
import { personName } from '@/core/erased';
import { startOf } from '@/core/span';
import { dateTime } from '@/core/time';
import { verbKey } from '@/core/trail';
import { label } from '@/core/values';
import { TextLink } from '@/ui/button-link';
import { type Column, DataTable } from '@/ui/data-table';
import { DayInput } from '@/ui/day-input';
import { DownloadButton } from '@/ui/download-button';
import { EmptyState } from '@/ui/empty-state';
import bar from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { TurnedAway } from '@/ui/turned-away';
import classes from '../governance.module.css';
import { ObjectLink } from '../object-link';
import { RoleNames } from '../role-names';
import { AuditTabs } from './audit-tabs';

type Person = Access['people'][number];
type Share = Access['shares'][number];
type Token = Access['tokens'][number];
type Word = 'audit.verb.workflow.read';
type LevelWord = 'sharing.level.use';

/** The address that stands for the account of a program. */
const OF_NO_PERSON = /@service\.invalid$/;

/** `/audit/access`: who could do what at the end of a day, and by whose doing; without a day, now. */
export default function AccessPage() {
  return useCan('audit:read') ? <AccessAt /> : <TurnedAway />;
}

function AccessAt() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/audit/access' });
  const navigate = useNavigate({ from: '/audit/access' });
  const matrix = useMatrix();
  const at = startOf(search.day, 1);
  const access = useAccess(at, search.verb);
  const file = useAccessFile(at, search.verb);
  const mayExport = useCan('audit:export');
  return (
    <Page
      title={t('reports.access.title')}
      lead={t('reports.access.lead')}
      actions={mayExport && <DownloadButton href={file}>{t('reports.export')}</DownloadButton>}
    >
      <AuditTabs />
      <search className={bar.bar} data-labelled>
        <DayInput
          label={t('reports.access.day')}
          value={search.day ?? ''}
          onChange={(day) =>
            void navigate({ search: (before) => ({ ...before, day: day || undefined }), replace: true })
          }
          w={190}
        />
        <Select
          label={t('reports.access.verb')}
          placeholder={t('reports.access.anyVerb')}
          clearable
          searchable
          data={(matrix.data ?? []).map(({ verb }) => ({
            value: verb,
            label: t(`audit.verb.${verbKey(verb)}` as Word),
          }))}
          value={search.verb ?? null}
          onChange={(verb) =>
            void navigate({ search: (before) => ({ ...before, verb: verb ?? undefined }), replace: true })
          }
          w={300}
        />
      </search>
      <Text size="sm" c="dimmed">
        {!search.day && `${t('reports.access.now')} `}
        {t('reports.access.matrix')}
      </Text>
      {access.error && !access.data ? (
        <ProblemAlert error={access.error} retry={() => void access.refetch()} />
      ) : (
        <Parts access={access} />
      )}
    </Page>
  );
}

/** People, shares and tokens: three tables of one answer. */
function Parts({ access }: { access: ReturnType<typeof useAccess> }) {
  const { t } = useTranslation();
  const { people = [], shares = [], tokens = [] } = access.data ?? {};
  return (
    <>
      <Part title={t('reports.access.people')}>
        <DataTable
          label={t('reports.access.people')}
          columns={usePeople()}
          rows={people}
          rowKey={(row) => row.member}
          count={people.length}
          query={access}
          empty={<EmptyState icon={IconUsers} title={t('reports.access.nobody')} />}
        />
      </Part>
      <Part title={t('reports.access.shares')}>
        <DataTable
          label={t('reports.access.shares')}
          columns={useShares()}
          rows={shares}
          rowKey={(row) => [row.object.id, row.kind, row.whom].join(' ')}
          count={shares.length}
          query={access}
          empty={<EmptyState icon={IconShare} title={t('reports.access.noShares')} />}
        />
      </Part>
      <Part title={t('reports.access.tokens')}>
        <DataTable
          label={t('reports.access.tokens')}
          columns={useTokens()}
          rows={tokens}
          rowKey={(row) => row.id}
          count={tokens.length}
          query={access}
          empty={<EmptyState icon={IconKey} title={t('reports.access.noTokens')} />}
        />
      </Part>
    </>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </section>
  );
}

function usePeople(): Column<Person>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      header: t('reports.column.person'),
      cell: (row) => (
        <>
          {row.user ? (
            <TextLink to="/audit" search={{ actor: row.user }} fw={550}>
              {row.name}
            </TextLink>
          ) : (
            <strong>{personName(row.name)}</strong>
          )}
          <Text size="xs" c="dimmed">
            {OF_NO_PERSON.test(row.email) ? t('reports.access.account') : row.email || t('reports.access.left')}
          </Text>
          <div className={classes.onPhone}>
            <RoleNames roles={row.roles} />
          </div>
        </>
      ),
    },
    {
      key: 'roles',
      header: t('reports.column.roles'),
      wide: true,
      cell: (row) => <RoleNames roles={row.roles} />,
    },
    { key: 'by', header: t('reports.column.givenBy'), wide: true, cell: (row) => personName(row.by) || '–' },
    { key: 'since', header: t('reports.column.since'), wide: true, cell: (row) => <When at={row.since} /> },
  ];
}

function useShares(): Column<Share>[] {
  const { t } = useTranslation();
  return [
    { key: 'object', header: t('reports.column.on'), cell: (row) => <ObjectLink object={row.object} /> },
    {
      key: 'whom',
      header: t('reports.column.whom'),
      cell: (row) => (
        <>
          {personName(row.whom)}
          {row.kind === 'team' && (
            <Text size="xs" c="dimmed">
              {row.members.map(personName).join(', ') || t('reports.access.emptyTeam')}
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'level',
      header: t('reports.column.level'),
      cell: (row) => t(`sharing.level.${row.level}` as LevelWord, { defaultValue: label(row.level) }),
    },
    { key: 'by', header: t('reports.column.givenBy'), wide: true, cell: (row) => personName(row.by) || '–' },
    { key: 'since', header: t('reports.column.since'), wide: true, cell: (row) => <When at={row.since} /> },
    {
      key: 'until',
      header: t('reports.column.until'),
      wide: true,
      cell: (row) => (row.until ? <When at={row.until} /> : t('reports.access.endless')),
    },
  ];
}

function useTokens(): Column<Token>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      header: t('reports.column.token'),
      cell: (row) => (
        <TextLink to="/audit" search={{ token: row.id }} fw={550}>
          {row.name}
        </TextLink>
      ),
    },
    { key: 'person', header: t('reports.column.person'), cell: (row) => row.person },
    {
      key: 'scopes',
      header: t('reports.column.scopes'),
      wide: true,
      cell: (row) => (
        <span className={classes.roles}>
          {row.scopes.map((scope) => (
            <span key={scope} className={classes.role}>
              {t(`audit.verb.${verbKey(scope)}` as Word, { defaultValue: scope })}
            </span>
          ))}
        </span>
      ),
    },
    { key: 'until', header: t('reports.column.until'), wide: true, cell: (row) => <When at={row.until} /> },
  ];
}

function When({ at }: { at: string }) {
  return <time dateTime={at}>{dateTime(new Date(at))}</time>;
}
