import { Button, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMoves, useRemoveAlias, useRollBack } from '@/api/asset-versions';
import type { AssetDetail } from '@/api/types';
import { ConfirmButton } from '@/ui/confirm-button';
import { type Column, DataTable } from '@/ui/data-table';
import { Badge } from '@/ui/status-badge';
import { Tag } from '@/ui/tag';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import type { Moving } from './alias-dialog';
import { LIVE } from './alias-tags';
import { meantBefore } from './aliases';
import classes from './assets.module.css';

type Alias = AssetDetail['aliases'][number];

const QUIET = { size: 'compact-sm', variant: 'subtle', color: 'gray' } as const;

/** The names of versions: what each means, and the ways to change that. */
export function AliasPanel({ asset, onMove }: { asset: AssetDetail; onMove: (moving: Moving) => void }) {
  const { t } = useTranslation();
  const columns: Column<Alias>[] = [
    {
      key: 'name',
      header: t('assets.alias.column'),
      cell: ({ name }) => (name === LIVE ? <Badge shown="live" label={t('words.workflow.live')} /> : <Tag>{name}</Tag>),
    },
    {
      key: 'means',
      header: t('assets.alias.means'),
      cell: ({ version }) => t('assets.versions.number', { number: version }),
    },
    {
      key: 'since',
      header: t('assets.alias.since'),
      wide: true,
      cell: ({ changed_at }) => <TimeAgo at={changed_at} />,
    },
  ];
  if ((asset.may.modify || asset.may.replace) && !asset.archived_at) {
    columns.push({
      key: 'do',
      header: t('assets.column.menu'),
      quietHeader: true,
      cell: (alias) => <AliasVerbs asset={asset} alias={alias} onMove={onMove} />,
    });
  }
  return (
    <section className={classes.section} aria-labelledby="names">
      <div>
        <Title order={2} size="h4" id="names">
          {t('assets.alias.title')}
        </Title>
        <Text c="dimmed" size="sm">
          {t('assets.alias.lead')}
        </Text>
      </div>
      <DataTable
        label={t('assets.alias.title')}
        columns={columns}
        rows={[...asset.aliases].sort((one, other) => Number(other.name === LIVE) - Number(one.name === LIVE))}
        rowKey={({ name }) => name}
        query={{ isPending: false, error: null, refetch: () => undefined }}
        empty={
          <Text c="dimmed" p="lg">
            {t('assets.live.noneText')}
          </Text>
        }
      />
    </section>
  );
}

interface AliasVerbsProps {
  asset: AssetDetail;
  alias: Alias;
  onMove: (moving: Moving) => void;
}

function AliasVerbs({ asset, alias, onMove }: AliasVerbsProps) {
  const { t } = useTranslation();
  const { name } = alias;
  const moves = useMoves(asset.id);
  const rollBack = useRollBack(asset.id);
  const remove = useRemoveAlias(asset.id);
  const [reason, setReason] = useState('');
  const before = meantBefore(moves.rows, name);
  const mayMove = name === LIVE ? asset.may.replace : asset.may.modify;
  if (!mayMove) return null;
  const onError = (error: unknown) => toast.failed(error);
  return (
    <span className={classes.verbs}>
      {before !== undefined && before !== alias.version && (
        <ConfirmButton
          title={t('assets.alias.backAsk', { name, number: before })}
          text={
            <>
              <Text mb="md">{t('assets.alias.backText', { number: before })}</Text>
              <TextInput
                label={t('assets.alias.reason')}
                description={t('assets.alias.reasonHint')}
                maxLength={500}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
            </>
          }
          verb={t('assets.alias.back', { number: before })}
          button={{ ...QUIET, 'aria-label': t('assets.alias.backLabel', { name, number: before }) }}
          onConfirm={() =>
            rollBack.mutate(
              { name, reason },
              { onSuccess: () => toast.done(t('assets.alias.backDone', { name, number: before })), onError },
            )
          }
        >
          {t('assets.alias.back', { number: before })}
        </ConfirmButton>
      )}
      {asset.versions.length > 1 && (
        <Button
          {...QUIET}
          aria-label={t('assets.alias.moveLabel', { name })}
          onClick={() => onMove({ name, version: null })}
        >
          {t('assets.alias.move')}
        </Button>
      )}
      {name !== LIVE && (
        <ConfirmButton
          title={t('assets.alias.removeAsk', { name })}
          text={t('assets.alias.removeText')}
          verb={t('assets.alias.remove')}
          button={{ ...QUIET, 'aria-label': t('assets.alias.removeLabel', { name }) }}
          onConfirm={() =>
            remove.mutate(name, { onSuccess: () => toast.done(t('assets.alias.removed', { name })), onError })
          }
        >
          {t('assets.alias.remove')}
        </ConfirmButton>
      )}
    </span>
  );
}
