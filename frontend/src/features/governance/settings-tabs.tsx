import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import classes from './governance.module.css';

const PAGES = [
  { key: 'general', to: '/settings' },
  { key: 'data', to: '/settings/data' },
] as const;

/** The pages of a workspace's settings; each has an address of its own. */
export function SettingsTabs() {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('settings.tab.label')} className={classes.tabs}>
      {PAGES.map(({ key, to }) => (
        <Link key={key} to={to} className={classes.tab} activeOptions={{ exact: true }}>
          {t(`settings.tab.${key}`)}
        </Link>
      ))}
    </nav>
  );
}
