import { createRoute } from '@tanstack/react-router';
import { page, shell } from './frames';
import { auditSearch, words } from './search';

const tokens = createRoute({
  getParentRoute: () => shell,
  path: '/tokens',
  component: page(() => import('@/features/governance/tokens-page'), 'tokens', 'audit', 'access'),
});

const allTokens = createRoute({
  getParentRoute: () => shell,
  path: '/admin/tokens',
  component: page(() => import('@/features/governance/all-tokens-page'), 'tokens', 'people', 'audit', 'governance'),
});

const people = createRoute({
  getParentRoute: () => shell,
  path: '/admin/users',
  validateSearch: words('search', 'role'),
  component: page(() => import('@/features/governance/people-page'), 'people', 'governance', 'access', 'audit'),
});

const teams = createRoute({
  getParentRoute: () => shell,
  path: '/admin/teams',
  component: page(() => import('@/features/governance/teams-page'), 'people', 'teams', 'governance'),
});

const groups = createRoute({
  getParentRoute: () => shell,
  path: '/admin/groups',
  component: page(() => import('@/features/governance/groups-page'), 'people', 'groups', 'governance'),
});

const rights = createRoute({
  getParentRoute: () => shell,
  path: '/admin/rights',
  component: page(() => import('@/features/governance/matrix-page'), 'audit', 'matrix', 'people', 'governance'),
});

const rules = createRoute({
  getParentRoute: () => shell,
  path: '/admin/rules',
  component: page(() => import('@/features/governance/rules-page'), 'access', 'audit', 'people', 'governance'),
});

const serviceAccounts = createRoute({
  getParentRoute: () => shell,
  path: '/admin/service-accounts',
  component: page(
    () => import('@/features/governance/service-accounts-page'),
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
  component: page(() => import('@/features/governance/audit-page'), 'audit', 'governance', 'reports'),
});

const integrity = createRoute({
  getParentRoute: () => shell,
  path: '/audit/integrity',
  component: page(() => import('@/features/governance/integrity-page'), 'governance', 'integrity', 'reports'),
});

const questions = createRoute({
  getParentRoute: () => shell,
  path: '/audit/questions',
  validateSearch: words('search'),
  component: page(() => import('@/features/governance/questions-page'), 'governance', 'reports'),
});

const report = createRoute({
  getParentRoute: () => shell,
  path: '/audit/reports/$report',
  validateSearch: words('since', 'until', 'credential', 'run'),
  component: page(() => import('@/features/governance/report-page'), 'audit', 'governance', 'reports'),
});

const access = createRoute({
  getParentRoute: () => shell,
  path: '/audit/access',
  validateSearch: words('day', 'verb'),
  component: page(() => import('@/features/governance/access-page'), 'audit', 'governance', 'reports'),
});

const subject = createRoute({
  getParentRoute: () => shell,
  path: '/audit/search',
  component: page(() => import('@/features/governance/subject-page'), 'governance', 'reports'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: page(() => import('@/features/governance/settings-page'), 'settings', 'governance'),
});

const trailSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/trail',
  component: page(() => import('@/features/governance/trail-settings-page'), 'governance', 'integrity', 'settings'),
});

const protection = createRoute({
  getParentRoute: () => shell,
  path: '/settings/data',
  component: page(() => import('@/features/governance/protection-page'), 'protection', 'settings', 'governance'),
});

const trust = createRoute({
  getParentRoute: () => shell,
  path: '/settings/trust',
  component: page(() => import('@/features/governance/trust-page'), 'settings', 'trust', 'governance'),
});

const health = createRoute({
  getParentRoute: () => shell,
  path: '/settings/health',
  component: page(() => import('@/features/governance/health-page'), 'settings', 'trust', 'governance'),
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
