import { Button, Group, Progress, Text, Title } from '@mantine/core';
import { IconSchool } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAssetVersion } from '@/api/asset-versions';
import { useStopTraining, useTrainings } from '@/api/trainings';
import type { AssetDetail, Training } from '@/api/types';
import { percent } from '@/core/figures';
import { phrase, sentence } from '@/core/server-words';
import { isTrained, mainFigure } from '@/core/training';
import { label } from '@/core/values';
import { TextLink } from '@/ui/button-link';
import { ConfirmButton } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import { TrainForm } from './train-form';
import classes from './training.module.css';
import { TrainingCard } from './training-card';

/** Trains new versions of a model, and tells what came of each. */
export default function TrainingTab({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const columns = useColumns(asset);
  const { rows, count, query } = useTrainings(asset.id);
  const open = rows.filter((one) => one.state === 'queued' || one.state === 'running');
  const ended = rows.filter((one) => !open.includes(one));
  const { task } = asset;
  const begin = asset.may.modify && isTrained(task) && !asset.archived_at && (
    <Button leftSection={<IconSchool size={16} aria-hidden />} onClick={() => setAsking(true)}>
      {t('learning.train.open')}
    </Button>
  );
  return (
    <div className={classes.tab}>
      {asking && isTrained(task) ? (
        <TrainForm asset={asset} task={task} onClose={() => setAsking(false)} />
      ) : (
        rows.length > 0 && <div>{begin}</div>
      )}
      {open.map((one) => (
        <UnderWay key={one.id} asset={asset} training={one} />
      ))}
      {(ended.length > 0 || !(asking || open.length > 0)) && (
        <section aria-labelledby="trainings" className={classes.section}>
          <Title order={2} size="h4" id="trainings">
            {t('learning.trainings')}
          </Title>
          <DataTable
            label={t('learning.trainings')}
            columns={columns}
            rows={ended}
            rowKey={(row) => row.id}
            count={typeof count === 'number' ? count - open.length : count}
            query={query}
            empty={
              <EmptyState
                icon={IconSchool}
                title={t('learning.none')}
                text={isTrained(task) ? t('learning.noneText') : t('learning.notHere')}
                action={begin}
              />
            }
          />
        </section>
      )}
      <Latest asset={asset} training={ended.find((one) => one.state === 'done')} />
    </div>
  );
}

/** What came of the last one that worked, honestly: beside the simplest guess, and where it is wrong. */
function Latest({ asset, training }: { asset: AssetDetail; training: Training | undefined }) {
  const { t } = useTranslation();
  const version = useAssetVersion(training?.version_id ?? undefined);
  if (!version.data) return null;
  return (
    <section aria-labelledby="latest" className={classes.section}>
      <Title order={2} size="h4" id="latest">
        {t('learning.latest', { number: version.data.number })}
      </Title>
      <TrainingCard card={version.data.card} rowsHidden={!asset.may.modify} />
    </section>
  );
}

/** One that waits or runs: how far it is, and the way to stop it. */
function UnderWay({ asset, training }: { asset: AssetDetail; training: Training }) {
  const { t, i18n } = useTranslation();
  const stop = useStopTraining(asset.id);
  const share = percent(training.share, i18n.language);
  const doing = training.state === 'queued' ? t('learning.queued') : phrase(training.doing) || t('learning.begins');
  return (
    <section className={classes.panel} aria-label={t('learning.underWay', { source: training.source })}>
      <Group justify="space-between" gap="xs">
        <div>
          <Text fw={550}>{t('learning.underWay', { source: training.source })}</Text>
          <Text size="sm" c="dimmed" role="status">
            {training.state === 'queued' ? doing : `${doing} · ${share}`}
          </Text>
        </div>
        {asset.may.modify && training.own_run && (
          <ConfirmButton
            title={t('learning.stop.title')}
            text={t('learning.stop.text')}
            verb={t('learning.stop.verb')}
            danger
            button={{ variant: 'default', loading: stop.isPending }}
            onConfirm={() => stop.mutate(training.id, { onError: (error) => toast.failed(error) })}
          >
            {t('learning.stop.button')}
          </ConfirmButton>
        )}
      </Group>
      <Progress
        value={training.share * 100}
        striped
        animated={training.state === 'running'}
        aria-label={t('learning.progress')}
      />
    </section>
  );
}

function useColumns(asset: AssetDetail): Column<Training>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'result',
      header: t('learning.column.result'),
      cell: (row) => <Result asset={asset} training={row} />,
    },
    {
      key: 'source',
      header: t('learning.column.source'),
      wide: true,
      cell: (row) => (
        <>
          {row.source}
          <Text size="xs" c="dimmed">
            {[
              row.target && t('learning.target', { name: row.target }),
              row.rows !== null && t('learning.rows', { count: row.rows }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </>
      ),
    },
    { key: 'by', header: t('learning.column.by'), wide: true, cell: (row) => row.by?.name ?? t('learning.byItself') },
    { key: 'at', header: t('learning.column.at'), cell: (row) => <TimeAgo at={row.ended_at ?? row.created_at} /> },
  ];
}

function Result({ asset, training }: { asset: AssetDetail; training: Training }) {
  const { t, i18n } = useTranslation();
  if (training.state === 'done' && training.version !== null) {
    const version = asset.versions.find((one) => one.id === training.version_id);
    const figure = mainFigure(version?.metrics ?? {});
    const value = figure && new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 3 }).format(figure.value);
    return (
      <>
        <TextLink to="/assets/$id/versions/$number" params={{ id: asset.id, number: String(training.version) }}>
          {t('learning.made', { number: training.version })}
        </TextLink>
        {figure && (
          <Text size="xs" c="dimmed">
            {label(figure.name)} {value}
          </Text>
        )}
      </>
    );
  }
  if (training.state === 'stopped') return <Text c="dimmed">{t('learning.stopped')}</Text>;
  return (
    <>
      <Text className={classes.failed}>{t('learning.failed')}</Text>
      <Text size="sm">{sentence(training.message) ?? training.message}</Text>
    </>
  );
}
