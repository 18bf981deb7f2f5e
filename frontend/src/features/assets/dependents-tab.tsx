import { Text, Title } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type UsingRun, type UsingWorkflow, useUses, useUsingRuns } from '@/api/asset-versions';
import { useCan } from '@/api/session';
import type { RunStatus } from '@/core/run/model';
import { TextLink } from '@/ui/button-link';
import { type Column, DataTable, Waiting } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { ProblemAlert } from '@/ui/problem-alert';
import { RunBadge, WorkflowBadge } from '@/ui/status-badge';
import { Tag } from '@/ui/tag';
import { TimeAgo } from '@/ui/time-ago';
import type { TabProps } from './asset-tabs';
import classes from './assets.module.css';
import { KIND_ICONS } from './kinds';

/** Everything that would notice a change: workflows, other assets, and runs under way. */
export default function DependentsTab({ asset }: TabProps) {
  const { t } = useTranslation();
  const uses = useUses(asset.id);
  const seesRuns = useCan('run:read');
  if (uses.error) return <ProblemAlert error={uses.error} retry={() => void uses.refetch()} />;
  if (!uses.data) return <Waiting />;
  const { workflows, hidden, assets } = uses.data;
  return (
    <>
      <Part title={t('assets.uses.workflows')}>
        <Workflows rows={workflows} hidden={hidden} />
        {hidden > 0 && (
          <Text c="dimmed" size="sm">
            {t('assets.uses.hidden', { count: hidden })}
          </Text>
        )}
      </Part>
      <Part title={t('assets.uses.assets')}>
        {assets.length === 0 ? <Text c="dimmed">{t('assets.uses.noAssets')}</Text> : <Assets rows={assets} />}
      </Part>
      {seesRuns && (
        <Part title={t('assets.uses.runs')}>
          <Runs asset={asset.id} />
        </Part>
      )}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </section>
  );
}

function Workflows({ rows, hidden }: { rows: UsingWorkflow[]; hidden: number }) {
  const { t } = useTranslation();
  const columns: Column<UsingWorkflow>[] = [
    {
      key: 'name',
      header: t('assets.uses.workflow'),
      cell: (row) => (
        <Link to="/workflows/$id" params={{ id: row.id }} search={{ step: row.nodes[0] }} className={filters.name}>
          {row.name}
        </Link>
      ),
    },
    { key: 'status', header: t('assets.uses.status'), cell: (row) => <WorkflowBadge status={row.status} /> },
    {
      key: 'places',
      header: t('assets.uses.place'),
      wide: true,
      cell: (row) => row.places.map((place) => t(`assets.uses.${place}`)).join(', '),
    },
    {
      key: 'names',
      header: t('assets.uses.names'),
      cell: (row) => (
        <span className={classes.tags}>
          {row.aliases.map((name) => (
            <Tag key={name}>{name}</Tag>
          ))}
        </span>
      ),
    },
    {
      key: 'steps',
      header: t('assets.uses.steps'),
      wide: true,
      cell: (row) => t('assets.uses.stepCount', { count: row.nodes.length }),
    },
  ];
  if (rows.length === 0 && hidden > 0) return null;
  return (
    <DataTable
      label={t('assets.uses.workflows')}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      query={{ isPending: false, error: null, refetch: () => undefined }}
      empty={<EmptyState icon={IconRoute} title={t('assets.uses.none')} text={t('assets.uses.noneText')} />}
    />
  );
}

type UsingAsset = NonNullable<ReturnType<typeof useUses>['data']>['assets'][number];

function Assets({ rows }: { rows: UsingAsset[] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.using}>
      {rows.map((row) => {
        const Icon = KIND_ICONS[row.kind];
        return (
          <li key={row.id} className={classes.kind}>
            <Icon size={18} stroke={1.6} aria-hidden />
            <TextLink to="/assets/$id" params={{ id: row.id }}>
              {row.title}
            </TextLink>
            <Text span size="sm" c="dimmed">
              {t(`assets.kind.${row.kind}`)}
            </Text>
          </li>
        );
      })}
    </ul>
  );
}

function Runs({ asset }: { asset: string }) {
  const { t } = useTranslation();
  const runs = useUsingRuns(asset, true);
  const columns: Column<UsingRun>[] = [
    {
      key: 'run',
      header: t('assets.uses.run'),
      cell: (row) => (
        <Link to="/runs/$id" params={{ id: row.id }} search={{}} className={filters.name}>
          {row.title || row.workflow}
        </Link>
      ),
    },
    {
      key: 'status',
      header: t('assets.uses.status'),
      cell: (row) => <RunBadge status={row.status as RunStatus} quiet />,
    },
    { key: 'workflow', header: t('assets.uses.workflow'), wide: true, cell: (row) => row.workflow },
    {
      key: 'asked',
      header: t('assets.uses.asked'),
      cell: (row) =>
        row.asked.map((number) => t('assets.versions.number', { number })).join(', ') || t('assets.uses.notYet'),
    },
    {
      key: 'at',
      header: t('assets.uses.started'),
      wide: true,
      cell: (row) => <TimeAgo at={row.created_at} />,
    },
  ];
  if (runs.data?.length === 0) return <Text c="dimmed">{t('assets.uses.noRuns')}</Text>;
  return (
    <DataTable
      label={t('assets.uses.runs')}
      columns={columns}
      rows={runs.data ?? []}
      rowKey={(row) => row.id}
      query={runs}
      empty={null}
    />
  );
}
