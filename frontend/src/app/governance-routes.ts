import { createRoute } from '@tanstack/react-router';
import { page, shell } from './frames';
import { auditSearch, words } from './search';

const tokens = createRoute({
  getParentRoute: () => shell,
  path: '/tokens',
  component: page(() => import('@/features/governance/tokens/tokens-page'), 'tokens', 'audit', 'access'),
});

const allTokens = createRoute({
  getParentRoute: () => shell,
  path: '/admin/tokens',
  component: page(
    () => import('@/features/governance/tokens/all-tokens-page'),
    'tokens',
    'people',
    'audit',
    'governance',
  ),
});

const people = createRoute({
  getParentRoute: () => shell,
  path: '/admin/users',
  validateSearch: words('search', 'role'),
  component: page(() => import('@/features/governance/people/people-page'), 'people', 'governance', 'access', 'audit'),
});

const teams = createRoute({
  getParentRoute: () => shell,
  path: '/admin/teams',
  component: page(() => import('@/features/governance/people/teams-page'), 'people', 'teams', 'governance'),
});

const groups = createRoute({
  getParentRoute: () => shell,
  path: '/admin/groups',
  component: page(() => import('@/features/governance/people/groups-page'), 'people', 'groups', 'governance'),
});

const rights = createRoute({
  getParentRoute: () => shell,
  path: '/admin/rights',
  component: page(() => import('@/features/governance/people/matrix-page'), 'audit', 'matrix', 'people', 'governance'),
});

const rules = createRoute({
  getParentRoute: () => shell,
  path: '/admin/rules',
  component: page(() => import('@/features/governance/people/rules-page'), 'access', 'audit', 'people', 'governance'),
});

const serviceAccounts = createRoute({
  getParentRoute: () => shell,
  path: '/admin/service-accounts',
  component: page(
    () => import('@/features/governance/people/service-accounts-page'),
    'access',
    'audit',
    'people',
    'tokens',
    'governance',
  ),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: auditSearch,
  component: page(() => import('@/features/governance/audit/audit-page'), 'audit', 'governance', 'reports'),
});

const integrity = createRoute({
  getParentRoute: () => shell,
  path: '/audit/integrity',
  component: page(() => import('@/features/governance/audit/integrity-page'), 'governance', 'integrity', 'reports'),
});

const questions = createRoute({
  getParentRoute: () => shell,
  path: '/audit/questions',
  validateSearch: words('search'),
  component: page(() => import('@/features/governance/audit/questions-page'), 'governance', 'reports'),
});

const report = createRoute({
  getParentRoute: () => shell,
  path: '/audit/reports/$report',
  validateSearch: words('since', 'until', 'credential', 'run'),
  component: page(() => import('@/features/governance/audit/report-page'), 'audit', 'governance', 'reports'),
});

const access = createRoute({
  getParentRoute: () => shell,
  path: '/audit/access',
  validateSearch: words('day', 'verb'),
  component: page(() => import('@/features/governance/audit/access-page'), 'audit', 'governance', 'reports'),
});

const subject = createRoute({
  getParentRoute: () => shell,
  path: '/audit/search',
  component: page(() => import('@/features/governance/audit/subject-page'), 'governance', 'reports'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: page(() => import('@/features/governance/settings/settings-page'), 'settings', 'governance'),
});

const trailSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/trail',
  component: page(
    () => import('@/features/governance/settings/trail-settings-page'),
    'governance',
    'integrity',
    'settings',
  ),
});

const protection = createRoute({
  getParentRoute: () => shell,
  path: '/settings/data',
  component: page(
    () => import('@/features/governance/settings/protection-page'),
    'protection',
    'settings',
    'governance',
  ),
});

const trust = createRoute({
  getParentRoute: () => shell,
  path: '/settings/trust',
  component: page(() => import('@/features/governance/settings/trust-page'), 'settings', 'trust', 'governance'),
});

const health = createRoute({
  getParentRoute: () => shell,
  path: '/settings/health',
  component: page(() => import('@/features/governance/settings/health-page'), 'settings', 'trust', 'governance'),
});

/** Who may what, what happened, and the rules of the workspace. */
export const governance = [
  tokens,
  allTokens,
  people,
  teams,
  groups,
  rights,
  rules,
  serviceAccounts,
  audit,
  integrity,
  questions,
  report,
  access,
  subject,
  settings,
  trailSettings,
  protection,
  trust,
  health,
] as const;
