import { Button, FileInput, List, Text } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAssetVersion } from '@/api/asset-versions';
import { type Rubric, useAddRows } from '@/api/evaluations';
import type { AssetDetail } from '@/api/types';
import { plainText } from '@/core/values';
import { Waiting } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { ProblemAlert } from '@/ui/problem-alert';
import { toast } from '@/ui/toasts';
import { TABLES } from './data-set-form';
import classes from './quality.module.css';
import { Part } from './report-view';
import { SmallTable } from './small-table';

interface Described extends Partial<Rubric> {
  judged_by?: { number: number };
  rows: number;
  target: string;
  columns: { name: string; kind: 'number' | 'date' | 'choice' | 'text' }[];
}

/** What a data set holds: its columns and how many rows; and more rows from a file. */
export function DataSetRows({ asset }: { asset: AssetDetail }) {
  return (
    <div className={classes.stack}>
      <Columns asset={asset} />
      {asset.may.modify && <MoreRows asset={asset} />}
    </div>
  );
}

function Columns({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const version = useAssetVersion(asset.live?.id);
  if (!asset.live) {
    return <EmptyState icon={IconTable} title={t('quality.data.none')} text={t('quality.data.noneHint')} />;
  }
  if (version.error) return <ProblemAlert error={version.error} retry={() => void version.refetch()} />;
  if (!version.data) return <Waiting />;
  const config = version.data.config as unknown as Described | null;
  if (!config?.columns) return null;
  return (
    <Part title={t('quality.data.title')}>
      <Text>
        {t('quality.data.rows', { rows: plainText(config.rows) })} ·{' '}
        {t('quality.data.target', { column: config.target })}
      </Text>
      <SmallTable
        label={t('quality.data.columns')}
        rows={config.columns}
        rowKey={(column) => column.name}
        columns={[
          { header: t('quality.data.name'), cell: (column) => column.name },
          { header: t('quality.data.kind'), cell: (column) => t(`quality.data.kinds.${column.kind}`) },
        ]}
      />
      {config.rubric && (
        <div>
          <Text>{t('quality.data.rubric', { name: config.judge, number: config.judged_by?.number })}</Text>
          <List size="sm">
            {config.rubric.map((criterion) => (
              <List.Item key={criterion}>{criterion}</List.Item>
            ))}
          </List>
        </div>
      )}
    </Part>
  );
}

function MoreRows({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const add = useAddRows(asset.id);
  const before = useAssetVersion(asset.live?.id).data?.config as Described | null | undefined;
  const [file, setFile] = useState<File | null>(null);
  const send = () =>
    file &&
    add.mutate(
      {
        file,
        target: null,
        rubric: before?.rubric && before.judge ? { rubric: before.rubric, judge: before.judge } : null,
      },
      {
        onSuccess: ({ number }) => {
          setFile(null);
          toast.done(t('quality.data.notLive', { number }));
        },
      },
    );
  return (
    <Part title={t('quality.data.add')} hint={t('quality.data.addHint')}>
      <div className={classes.bar}>
        <FileInput
          className={classes.choice}
          label={t('quality.data.file')}
          placeholder={t('quality.form.choose')}
          accept={TABLES}
          value={file}
          onChange={setFile}
        />
        <Button disabled={!file} loading={add.isPending} onClick={send}>
          {t('quality.data.add')}
        </Button>
      </div>
      <ProblemAlert error={add.error} />
    </Part>
  );
}
