import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageTabs } from '@/ui/page-tabs';

const PAGES = [
  { key: 'people', to: '/admin/users' },
  { key: 'teams', to: '/admin/teams' },
  { key: 'groups', to: '/admin/groups' },
  { key: 'matrix', to: '/admin/rights' },
  { key: 'rules', to: '/admin/rules' },
  { key: 'accounts', to: '/admin/service-accounts' },
  { key: 'tokens', to: '/admin/tokens' },
] as const;

/** The pages about who may what; each has an address of its own. */
export function PeopleTabs() {
  const { t } = useTranslation();
  return (
    <PageTabs label={t('people.tab.label')}>
      {PAGES.map(({ key, to }) => (
        <Link key={key} to={to} activeOptions={{ includeSearch: false }}>
          {t(`people.tab.${key}`)}
        </Link>
      ))}
    </PageTabs>
  );
}
