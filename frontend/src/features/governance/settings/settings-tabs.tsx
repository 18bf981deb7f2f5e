import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useWorkspace } from '@/api/session';
import { PageTabs } from '@/ui/page-tabs';

const PAGES = [
  { key: 'general', to: '/settings', verb: 'workspace:manage' },
  { key: 'data', to: '/settings/data', verb: 'workspace:manage' },
  { key: 'trail', to: '/settings/trail', verb: 'workspace:manage' },
  { key: 'trust', to: '/settings/trust', verb: 'installation:read' },
  { key: 'health', to: '/settings/health', verb: 'installation:read' },
] as const;

/** Settings, and how the installation stands; each page has an address of its own. */
export function SettingsTabs() {
  const { t } = useTranslation();
  const { verbs } = useWorkspace();
  return (
    <PageTabs label={t('settings.tab.label')}>
      {PAGES.filter(({ verb }) => verbs.includes(verb)).map(({ key, to }) => (
        <Link key={key} to={to} activeOptions={{ exact: true, includeSearch: false }}>
          {t(`settings.tab.${key}`)}
        </Link>
      ))}
    </PageTabs>
  );
}
