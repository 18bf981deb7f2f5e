import { Text, Title } from '@mantine/core';
import { IconArrowLeft, IconBox } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAsset } from '@/api/assets';
import type { AssetDetail, AssetVersion } from '@/api/types';
import { label, plainText } from '@/core/values';
import { TextLink } from '@/ui/button-link';
import { type Column, DataTable, Waiting } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Page } from '@/ui/page';
import { ProblemAlert } from '@/ui/problem-alert';
import { SampleTag } from '@/ui/sample-tag';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { ValueTable } from '@/ui/value-table';
import classes from './assets.module.css';
import { taskWord } from './task-word';

export default function AssetPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/shell/assets/$id' });
  const asset = useAsset(id);
  const back = (
    <TextLink to="/assets" size="sm" c="dimmed" className={classes.back}>
      <IconArrowLeft size={14} aria-hidden /> {t('app.nav.assets')}
    </TextLink>
  );
  if (!asset.data) {
    return (
      <Page title={t('assets.one')} back={back}>
        {asset.error ? <ProblemAlert error={asset.error} /> : <Waiting />}
      </Page>
    );
  }
  const { title, description, sample, task, name, purpose } = asset.data;
  return (
    <Page
      title={title}
      back={back}
      lead={
        <span className={classes.facts}>
          {sample && <SampleTag label={t('assets.sample')} />}
          <span>{taskWord(t, task)}</span>
          <code>{name}</code>
        </span>
      }
    >
      <div className={classes.words}>
        {description && <Text>{description}</Text>}
        {purpose && <Text c="dimmed">{purpose}</Text>}
        {sample && <Text c="dimmed">{t('assets.sampleText')}</Text>}
      </div>
      <LiveVersion live={asset.data.live} />
      <Versions asset={asset.data} />
    </Page>
  );
}

function LiveVersion({ live }: { live: AssetVersion | null }) {
  const { t } = useTranslation();
  return (
    <section className={classes.panel} aria-labelledby="live">
      <Title order={2} id="live">
        {live ? t('assets.live', { number: live.number }) : t('assets.noVersion')}
      </Title>
      {live && (
        <>
          <Text c="dimmed">
            {t('assets.runtime', { runtime: live.runtime })} · <TimeAgo at={live.created_at} />
          </Text>
          {Object.keys(live.metrics).length > 0 ? (
            <ValueTable value={live.metrics} caption={t('assets.metrics')} />
          ) : (
            <Text c="dimmed">{t('assets.noMetrics')}</Text>
          )}
        </>
      )}
    </section>
  );
}

function Versions({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const columns: Column<AssetVersion>[] = [
    {
      key: 'number',
      header: t('assets.column.version'),
      cell: (row) => (
        <span className={classes.facts}>
          {t('runs.version', { number: row.number })}
          {asset.live?.id === row.id && <Badge shown="live" label={t('words.workflow.live')} />}
        </span>
      ),
    },
    { key: 'runtime', header: t('assets.column.runtime'), wide: true, cell: (row) => row.runtime },
    {
      key: 'metrics',
      header: t('assets.metrics'),
      wide: true,
      cell: (row) => (
        <Text size="sm" lineClamp={2}>
          {Object.entries(row.metrics)
            .filter(([, value]) => typeof value !== 'object')
            .map(([key, value]) => `${label(key)} ${plainText(value)}`)
            .join(' · ') || '–'}
        </Text>
      ),
    },
    { key: 'at', header: t('assets.column.changed'), cell: (row) => <TimeAgo at={row.created_at} /> },
  ];
  return (
    <section aria-labelledby="versions">
      <Title order={2} id="versions" mb="sm">
        {t('assets.versions')}
      </Title>
      <DataTable
        label={t('assets.versions')}
        columns={columns}
        rows={asset.versions}
        rowKey={(row) => row.id}
        query={{ isPending: false, error: null, refetch: () => undefined }}
        empty={<EmptyState icon={IconBox} title={t('assets.noVersion')} />}
      />
    </section>
  );
}
