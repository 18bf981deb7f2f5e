import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconReplace } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useReplacements } from '@/api/replacements';
import type { AssetDetail, ReplacementItem } from '@/api/types';
import { TextLink } from '@/ui/button-link';
import { type Column, DataTable } from '@/ui/data-table';
import { EmptyState } from '@/ui/empty-state';
import { Badge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { AskReplacement } from './ask-replacement';
import { MovesList } from './moves-list';
import classes from './quality.module.css';
import { SHOWN_STATE } from './replacement-state';

/** What was asked to be replaced and what became of it, and which version each name has meant. */
export default function ReplacementTab({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const [asking, { open, close }] = useDisclosure(false);
  const { rows, count, query } = useReplacements(asset.id);
  const may = asset.may.modify && !asset.archived_at;
  const ask = may && asset.versions.length > 1 && (
    <Button leftSection={<IconReplace size={18} aria-hidden />} onClick={open}>
      {t('replacement.ask')}
    </Button>
  );
  return (
    <div className={classes.stack}>
      {ask && rows.length > 0 && <div>{ask}</div>}
      <DataTable
        label={t('replacement.list')}
        columns={useColumns(asset)}
        rows={rows}
        rowKey={(row) => row.id}
        count={count}
        query={query}
        empty={
          <EmptyState
            icon={IconReplace}
            title={t('replacement.none')}
            text={ask || !may ? t('replacement.noneHint') : t('replacement.nothing')}
            action={ask}
          />
        }
      />
      <MovesList asset={asset} />
      <AskReplacement asset={asset} opened={asking} onClose={close} />
    </div>
  );
}

function useColumns(asset: AssetDetail): Column<ReplacementItem>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'what',
      header: t('replacement.column.what'),
      cell: (row) => (
        <TextLink to="/assets/$id/requests/$request" params={{ id: asset.id, request: row.id }}>
          {t('replacement.what', { alias: row.alias, before: row.before, after: row.after })}
        </TextLink>
      ),
    },
    {
      key: 'state',
      header: t('replacement.column.state'),
      cell: (row) => <Badge shown={SHOWN_STATE[row.state]} label={t(`replacement.state.${row.state}`)} />,
    },
    {
      key: 'by',
      header: t('replacement.column.by'),
      wide: true,
      cell: (row) => row.requester?.name ?? t('replacement.product'),
    },
    { key: 'at', header: t('replacement.column.at'), wide: true, cell: (row) => <TimeAgo at={row.created_at} /> },
    { key: 'why', header: t('replacement.column.why'), wide: true, cell: (row) => row.reason },
  ];
}
