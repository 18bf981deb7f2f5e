import { useTranslation } from 'react-i18next';
import type { AssetDetail, AssetVersion } from '@/api/types';
import { Badge } from '@/ui/status-badge';
import { Tag } from '@/ui/tag';
import classes from './assets.module.css';

export const LIVE = 'live';

/** The names that mean this version. */
export function AliasTags({ asset, version }: { asset: AssetDetail; version: AssetVersion }) {
  const { t } = useTranslation();
  const names = asset.aliases.filter((alias) => alias.version_id === version.id).map((alias) => alias.name);
  if (names.length === 0) return null;
  return (
    <span className={classes.tags}>
      {names.map((name) =>
        name === LIVE ? (
          <Badge key={name} shown="live" label={t('words.workflow.live')} />
        ) : (
          <Tag key={name}>{name}</Tag>
        ),
      )}
    </span>
  );
}
