import { useTranslation } from 'react-i18next';
import type { AssetDetail } from '@/api/types';
import { SampleTag } from '@/ui/sample-tag';
import { Tag } from '@/ui/tag';
import classes from './assets.module.css';
import { KIND_ICONS } from './kinds';
import { taskWord } from './task-word';

/** What it is, in one line under its title. */
export function AssetFacts({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const Icon = KIND_ICONS[asset.kind];
  return (
    <span className={classes.facts}>
      <span className={classes.kind}>
        <Icon size={16} stroke={1.7} aria-hidden />
        {[t(`assets.kind.${asset.kind}`), taskWord(t, asset.task)].filter(Boolean).join(' · ')}
      </span>
      <code>{asset.name}</code>
      {asset.sample && <SampleTag label={t('assets.sample')} />}
      {asset.risk_class === 'high' && <Tag tone="attention">{t('assets.risk.high')}</Tag>}
      {asset.archived_at && <Tag>{t('assets.facts.archived')}</Tag>}
    </span>
  );
}
