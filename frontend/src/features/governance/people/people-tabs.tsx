import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useWorkspace } from '@/api/session';
import { PageTabs } from '@/ui/page-tabs';

const PAGES = [
  { key: 'people', to: '/admin/users', verb: 'member:read' },
  { key: 'teams', to: '/admin/teams', verb: 'member:read' },
  { key: 'groups', to: '/admin/groups', verb: 'member:manage' },
  { key: 'matrix', to: '/admin/rights', verb: 'member:read' },
  { key: 'rules', to: '/admin/rules', verb: 'member:read' },
  { key: 'accounts', to: '/admin/service-accounts', verb: 'member:read' },
  { key: 'tokens', to: '/admin/tokens', verb: 'member:manage' },
] as const;

/** The pages about who may what, as far as they open for the person; each has an address of its own. */
export function PeopleTabs() {
  const { t } = useTranslation();
  const { verbs } = useWorkspace();
  return (
    <PageTabs label={t('people.tab.label')}>
      {PAGES.filter(({ verb }) => verbs.includes(verb)).map(({ key, to }) => (
        <Link key={key} to={to} activeOptions={{ includeSearch: false }}>
          {t(`people.tab.${key}`)}
        </Link>
      ))}
    </PageTabs>
  );
}
