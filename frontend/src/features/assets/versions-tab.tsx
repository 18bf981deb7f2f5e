import { Text, Title } from '@mantine/core';
import { IconGitCompare, IconPlus, IconStack2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssetDetail, AssetVersion } from '@/api/types';
import { label, plainText } from '@/core/values';
import { ButtonLink } from '@/ui/button-link';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { TimeAgo } from '@/ui/time-ago';
import { waysFor } from './adding/ways';
import { AliasDialog, type Moving } from './alias-dialog';
import { AliasPanel } from './alias-panel';
import { AliasTags } from './alias-tags';
import type { TabProps } from './asset-tabs';
import classes from './assets.module.css';
import { MovesList } from './moves-list';
import { VersionMenu } from './version-menu';

/** Every version, and the names that say which of them answers. */
export default function VersionsTab({ asset }: TabProps) {
  const [moving, setMoving] = useState<Moving | null>(null);
  return (
    <>
      <Versions asset={asset} onMove={setMoving} />
      {asset.versions.length > 0 && <AliasPanel asset={asset} onMove={setMoving} />}
      {asset.versions.length > 0 && <MovesList asset={asset} />}
      {moving && <AliasDialog asset={asset} moving={moving} onClose={() => setMoving(null)} />}
    </>
  );
}

function Versions({ asset, onMove }: { asset: AssetDetail; onMove: (moving: Moving) => void }) {
  const { t } = useTranslation();
  const add = asset.may.modify && !asset.archived_at && waysFor(asset).length > 0 && (
    <ButtonLink
      to="/assets/$id/versions/add"
      params={{ id: asset.id }}
      leftSection={<IconPlus size={16} aria-hidden />}
    >
      {t('assets.versions.add')}
    </ButtonLink>
  );
  const columns: Column<AssetVersion>[] = [
    {
      key: 'number',
      header: t('assets.column.version'),
      cell: (row) => (
        <span className={classes.facts}>
          <Link
            to="/assets/$id/versions/$number"
            params={{ id: asset.id, number: String(row.number) }}
            className={filters.name}
          >
            {t('assets.versions.number', { number: row.number })}
          </Link>
          <AliasTags asset={asset} version={row} />
        </span>
      ),
    },
    { key: 'note', header: t('assets.column.note'), wide: true, cell: (row) => <What version={row} /> },
    { key: 'by', header: t('assets.column.by'), wide: true, cell: (row) => row.created_by?.name ?? '–' },
    { key: 'at', header: t('assets.column.changed'), cell: (row) => <TimeAgo at={row.created_at} /> },
    {
      key: 'menu',
      header: t('assets.column.menu'),
      quietHeader: true,
      width: 56,
      cell: (row) => <VersionMenu asset={asset} version={row} onMove={onMove} />,
    },
  ];
  return (
    <section className={classes.section} aria-labelledby="versions">
      <div className={classes.head}>
        <div>
          <Title order={2} size="h4" id="versions">
            {t('assets.versions.title')}
          </Title>
          <Text c="dimmed" size="sm">
            {t('assets.versions.lead')}
          </Text>
        </div>
        <div className={classes.facts}>
          {asset.versions.length > 1 && asset.may.modify && (
            <ButtonLink
              variant="default"
              to="/assets/$id/compare"
              params={{ id: asset.id }}
              leftSection={<IconGitCompare size={16} aria-hidden />}
            >
              {t('assets.versions.compare')}
            </ButtonLink>
          )}
          {add}
        </div>
      </div>
      <DataTable
        label={t('assets.versions.title')}
        columns={columns}
        rows={asset.versions}
        rowKey={(row) => row.id}
        query={{ isPending: false, error: null, refetch: () => undefined }}
        empty={
          <EmptyState
            icon={IconStack2}
            title={t('assets.versions.none')}
            text={t('assets.versions.noneText')}
            action={add}
          />
        }
      />
    </section>
  );
}

/** What is new in the words of its maker; else how it answers and how well. */
function What({ version }: { version: AssetVersion }) {
  const { t } = useTranslation();
  const figures = Object.entries(version.metrics)
    .filter(([, value]) => typeof value === 'number')
    .slice(0, 3)
    .map(([key, value]) => `${label(key)} ${plainText(value)}`);
  const small = [version.runtime && t(`assets.runtime.${version.runtime}`), ...figures].filter(Boolean).join(' · ');
  return (
    <>
      {version.note && <Text size="sm">{version.note}</Text>}
      {small && (
        <Text size={version.note ? 'xs' : 'sm'} c={version.note ? 'dimmed' : undefined} lineClamp={2}>
          {small}
        </Text>
      )}
      {!version.note && !small && '–'}
    </>
  );
}
