import { Button, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './selection-bar.module.css';
import type { Tidying } from './use-tidy';

/** While steps are laid out: how many, and the way to stop it. Large workflows take some seconds. */
export function TidyingBar({ tidying }: { tidying: Tidying }) {
  const { t } = useTranslation();
  if (tidying.count === null) return null;
  return (
    <div className={`${classes.bar} ${classes.wait}`}>
      <Loader size={16} aria-hidden />
      <output className={classes.count}>{t('editor.tidying.title', { count: tidying.count })}</output>
      <Button size="compact-sm" variant="default" onClick={tidying.cancel}>
        {t('editor.tidying.cancel')}
      </Button>
    </div>
  );
}
