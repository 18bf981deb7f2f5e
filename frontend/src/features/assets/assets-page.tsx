import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBox, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAssets } from '@/api/assets';
import { useCan } from '@/api/session';
import type { Asset } from '@/api/types';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import filters from '@/ui/filters.module.css';
import { Page } from '@/ui/page';
import { SampleTag } from '@/ui/sample-tag';
import { TimeAgo } from '@/ui/time-ago';
import { AddChatModel } from './add-chat-model';
import { taskWord } from './task-word';

export default function AssetsPage() {
  const { t } = useTranslation();
  const list = useAssets();
  const mayAdd = useCan('asset:modify');
  const [opened, { open, close }] = useDisclosure(false);
  const columns: Column<Asset>[] = [
    {
      key: 'title',
      header: t('assets.column.name'),
      cell: (row) => (
        <>
          <Link to="/assets/$id" params={{ id: row.id }} className={filters.name}>
            {row.title}
          </Link>
          <Text size="xs" c="dimmed" lineClamp={1}>
            {row.description}
          </Text>
        </>
      ),
    },
    { key: 'task', header: t('assets.column.task'), wide: true, cell: (row) => taskWord(t, row.task) },
    {
      key: 'version',
      header: t('assets.column.version'),
      cell: (row) => (row.live ? t('runs.version', { number: row.live.number }) : t('assets.noVersion')),
    },
    {
      key: 'sample',
      header: t('assets.column.kind'),
      wide: true,
      cell: (row) => (row.sample ? <SampleTag label={t('assets.sample')} /> : t('assets.own')),
    },
    {
      key: 'changed',
      header: t('assets.column.changed'),
      wide: true,
      cell: (row) => (row.live ? <TimeAgo at={row.live.created_at} /> : '–'),
    },
  ];
  const add = mayAdd && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {t('assets.add.button')}
    </Button>
  );
  return (
    <Page title={t('app.nav.assets')} lead={t('assets.lead')} actions={add}>
      <DataTable
        label={t('app.nav.assets')}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.id}
        count={list.count}
        query={list.query}
        empty={<EmptyState icon={IconBox} title={t('assets.empty.title')} text={t('assets.empty.text')} action={add} />}
      />
      <AddChatModel opened={opened} onClose={close} />
    </Page>
  );
}
