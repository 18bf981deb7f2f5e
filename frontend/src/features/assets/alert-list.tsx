import { Button, Text, Title } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Alert, AssetDetail } from '@/api/types';
import { useAlerts, useSeeAlert } from '@/api/watching';
import { drifted } from '@/core/drift';
import { percent } from '@/core/figures';
import { shortDuration } from '@/core/time';
import { TextLink } from '@/ui/button-link';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import { useTraitWord } from './trait-word';
import classes from './watch.module.css';

/** What people were told about the model, the newest first. */
export function AlertList({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { rows, count, query } = useAlerts(asset.id);
  const columns: Column<Alert>[] = [
    { key: 'what', header: t('learning.alert.column.what'), cell: (row) => <What alert={row} /> },
    { key: 'at', header: t('learning.alert.column.at'), cell: (row) => <TimeAgo at={row.at} /> },
    { key: 'seen', header: t('learning.alert.column.seen'), cell: (row) => <Seen asset={asset} alert={row} /> },
  ];
  return (
    <section aria-labelledby="alerts" className={classes.section}>
      <Title order={2} size="h4" id="alerts">
        {t('learning.alerts')}
      </Title>
      <DataTable
        label={t('learning.alerts')}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        count={count}
        query={query}
        empty={<EmptyState icon={IconBell} title={t('learning.alert.none')} text={t('learning.alert.noneText')} />}
      />
    </section>
  );
}

function What({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const word = useTraitWord();
  const traits = drifted(alert.traits).map(word).join(', ');
  return (
    <>
      <Text fw={550}>{t(`learning.alert.kind.${alert.kind}`)}</Text>
      <Text size="sm" c="dimmed">
        {traits || <Beyond alert={alert} />}
      </Text>
      {alert.run && (
        <TextLink size="sm" to="/runs/$id" params={{ id: alert.run }} search={{}}>
          {t('learning.alert.run')}
        </TextLink>
      )}
    </>
  );
}

/** The figure beside the limit it went over. */
function Beyond({ alert }: { alert: Alert }) {
  const { t, i18n } = useTranslation();
  if (alert.value === null) return alert.text;
  const shown = (value: number) => {
    if (alert.kind === 'latency') return shortDuration(value, i18n.language);
    if (alert.kind === 'budget') return new Intl.NumberFormat(i18n.language).format(value);
    return percent(value, i18n.language);
  };
  if (alert.limit === null) return shown(alert.value);
  return t('learning.alert.beyond', { value: shown(alert.value), limit: shown(alert.limit) });
}

function Seen({ asset, alert }: { asset: AssetDetail; alert: Alert }) {
  const { t } = useTranslation();
  const see = useSeeAlert();
  if (alert.seen_at) {
    return (
      <Text size="sm" c="dimmed">
        {alert.seen_by?.name} <TimeAgo at={alert.seen_at} />
      </Text>
    );
  }
  if (!asset.may.modify) return <Text size="sm">{t('learning.alert.unseen')}</Text>;
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={see.isPending}
      onClick={() => see.mutate(alert.id, { onError: (error) => toast.failed(error) })}
    >
      {t('learning.alert.see')}
    </Button>
  );
}
