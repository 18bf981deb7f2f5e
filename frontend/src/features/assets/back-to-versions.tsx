import { IconArrowLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { TextLink } from '@/ui/button-link';
import classes from './assets.module.css';

/** From a page about versions to all versions of the asset; its `title` may not be read yet. */
export function BackToVersions({ asset, title }: { asset: string; title: string | undefined }) {
  const { t } = useTranslation();
  return (
    <TextLink
      to="/assets/$id"
      params={{ id: asset }}
      search={{ tab: 'versions' }}
      size="sm"
      c="dimmed"
      className={classes.back}
    >
      <IconArrowLeft size={14} aria-hidden /> {title ?? t('assets.one')}
    </TextLink>
  );
}
