import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouteComponent,
  redirect,
} from '@tanstack/react-router';
import { currentWorkspace, sessionQuery } from '@/api/session';
import { sameSite } from '@/core/addresses';
import { Broken, NotThere } from './broken';
import { Guard } from './guard';
import { learn, type Room } from './i18n';
import { Layout } from './layout';
import { queryClient } from './queries';
import { readAs } from './reader';
import {
  assetSearch,
  assetsSearch,
  auditSearch,
  numbers,
  parseSearch,
  runSearch,
  runsSearch,
  stringifySearch,
  usageSearch,
  words,
  workflowSearch,
} from './search';

/** A page that is loaded when it is opened, together with the rooms of the messages it says. */
function page<Module extends { default: RouteComponent }>(load: () => Promise<Module>, ...rooms: Room[]) {
  return lazyRouteComponent(async () => {
    const [loaded] = await Promise.all([load(), learn(rooms)]);
    return loaded;
  });
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotThere, errorComponent: Broken });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: words('next'),
  component: page(() => import('@/features/account/sign-in-page')),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: page(() => import('@/features/account/welcome-page')),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: page(() => import('@/features/account/invitation-page')),
});

const forgotten = createRoute({
  getParentRoute: () => root,
  path: '/forgotten',
  component: page(() => import('@/features/account/forgotten-page')),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: page(() => import('@/features/account/reset-page')),
});

const form = createRoute({
  getParentRoute: () => root,
  path: '/forms/$slug',
  component: page(() => import('@/features/forms/form-page'), 'forms'),
});

/** Everything behind the sign-in. */
const authed = createRoute({
  getParentRoute: () => root,
  id: 'authed',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (session.needs_owner && !session.user) throw redirect({ to: '/welcome' });
    if (!session.user) throw redirect({ to: '/sign-in', search: { next: sameSite(location.href) } });
    await readAs(session.user.preferences);
    return { workspace: currentWorkspace(session) };
  },
  component: Guard,
});

/** Pages with the navigation beside them. */
const shell = createRoute({ getParentRoute: () => authed, id: 'shell', component: Layout });

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: page(
    () => import('@/features/home/home-page'),
    'home',
    'tasks',
    'runs',
    'workflows',
    'settings',
    'templates',
  ),
});

const workflows = createRoute({
  getParentRoute: () => shell,
  path: '/workflows',
  validateSearch: workflowSearch,
  component: page(
    () => import('@/features/home/workflows/workflows-page'),
    'workflows',
    'runs',
    'settings',
    'exchange',
  ),
});

const templates = createRoute({
  getParentRoute: () => shell,
  path: '/templates',
  validateSearch: words('search', 'category', 'template'),
  component: page(() => import('@/features/home/templates/templates-page'), 'templates', 'editor', 'versions'),
});

const workflow = createRoute({
  getParentRoute: () => authed,
  path: '/workflows/$id',
  validateSearch: words('step', 'run', 'tab'),
  component: page(
    () => import('@/features/editor'),
    'editor',
    'versions',
    'setup',
    'settings',
    'workflows',
    'exchange',
    'templates',
    'connections',
    'forms',
    'audit',
    'runs',
    'help',
  ),
});

const proposal = createRoute({
  getParentRoute: () => authed,
  path: '/workflows/$id/proposal',
  component: page(() => import('@/features/editor/help/proposal-page'), 'help', 'editor', 'templates', 'versions'),
});

const version = createRoute({
  getParentRoute: () => authed,
  path: '/workflows/$id/versions/$version',
  component: page(() => import('@/features/editor/versions/version-page'), 'editor', 'versions'),
});

const compare = createRoute({
  getParentRoute: () => authed,
  path: '/workflows/$id/compare',
  validateSearch: words('from', 'to'),
  component: page(() => import('@/features/editor/versions/compare-page'), 'editor', 'versions', 'templates'),
});

const runs = createRoute({
  getParentRoute: () => shell,
  path: '/runs',
  validateSearch: runsSearch,
  component: page(() => import('@/features/runs/runs-page'), 'runs'),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: '/runs/$id',
  validateSearch: runSearch,
  component: page(() => import('@/features/runs/run-page'), 'runs', 'assets', 'audit', 'editor', 'reports', 'versions'),
});

const evidence = createRoute({
  getParentRoute: () => shell,
  path: '/runs/$id/evidence',
  component: page(() => import('@/features/runs/evidence-page'), 'reports', 'runs'),
});

const tasks = createRoute({
  getParentRoute: () => shell,
  path: '/tasks',
  validateSearch: words('state', 'search'),
  component: page(() => import('@/features/tasks/tasks-page'), 'tasks'),
});

const task = createRoute({
  getParentRoute: () => shell,
  path: '/tasks/$id',
  component: page(() => import('@/features/tasks/task-page'), 'tasks', 'forms'),
});

const starts = createRoute({
  getParentRoute: () => shell,
  path: '/starts',
  component: page(() => import('@/features/starts/starts-page'), 'starts'),
});

const outbox = createRoute({
  getParentRoute: () => shell,
  path: '/outbox',
  component: page(() => import('@/features/tasks/outbox-page'), 'outbox', 'runs'),
});

const mail = createRoute({
  getParentRoute: () => shell,
  path: '/outbox/$id',
  component: page(() => import('@/features/tasks/mail-page'), 'outbox', 'runs'),
});

const assets = createRoute({
  getParentRoute: () => shell,
  path: '/assets',
  validateSearch: assetsSearch,
  component: page(() => import('@/features/assets/assets-page'), 'assets', 'making', 'quality'),
});

const addOpenApi = createRoute({
  getParentRoute: () => shell,
  path: '/assets/add/openapi',
  component: page(() => import('@/features/assets/adding/openapi-page'), 'tools', 'governance'),
});

const addMcp = createRoute({
  getParentRoute: () => shell,
  path: '/assets/add/mcp',
  component: page(() => import('@/features/assets/adding/mcp-page'), 'tools', 'governance'),
});

const addHttpTool = createRoute({
  getParentRoute: () => shell,
  path: '/assets/add/http-tool',
  component: page(() => import('@/features/assets/adding/http-tool-page'), 'tools', 'governance'),
});

const addWorkflowTool = createRoute({
  getParentRoute: () => shell,
  path: '/assets/add/workflow-tool',
  component: page(() => import('@/features/assets/adding/workflow-tool-page'), 'tools', 'governance'),
});

const addAgent = createRoute({
  getParentRoute: () => shell,
  path: '/assets/add/agent',
  validateSearch: words('asset'),
  component: page(() => import('@/features/assets/adding/agent-page'), 'tools', 'governance'),
});

const asset = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$id',
  validateSearch: assetSearch,
  component: page(
    () => import('@/features/assets/asset-page'),
    'assets',
    'learning',
    'making',
    'quality',
    'replacement',
    'tools',
    'usage',
  ),
});

const assetAdd = createRoute({
  getParentRoute: () => shell,
  path: '/assets/add/$way',
  component: page(() => import('@/features/assets/making/add-page'), 'assets', 'making', 'governance'),
});

const assetVersionAdd = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$id/versions/add',
  validateSearch: words('way'),
  component: page(() => import('@/features/assets/making/version-page'), 'assets', 'making', 'governance'),
});

const assetEvaluation = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$id/evaluations/$evaluation',
  component: page(() => import('@/features/assets/evaluation-page'), 'quality'),
});

const assetRequest = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$id/requests/$request',
  component: page(() => import('@/features/assets/request-page'), 'assets', 'quality', 'replacement'),
});

const assetVersion = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$id/versions/$number',
  component: page(() => import('@/features/assets/version-page'), 'assets'),
});

const assetCompare = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$id/compare',
  validateSearch: numbers('before', 'after'),
  component: page(() => import('@/features/assets/compare-page'), 'assets'),
});

const profile = createRoute({
  getParentRoute: () => shell,
  path: '/profile',
  component: page(() => import('@/features/account/profile-page')),
});

const connections = createRoute({
  getParentRoute: () => shell,
  path: '/connections',
  component: page(() => import('@/features/assets/connections-page'), 'connections', 'governance'),
});

const people = createRoute({
  getParentRoute: () => shell,
  path: '/admin/users',
  validateSearch: words('search', 'role'),
  component: page(() => import('@/features/governance/people-page'), 'people', 'governance'),
});

const tokens = createRoute({
  getParentRoute: () => shell,
  path: '/tokens',
  component: page(() => import('@/features/governance/tokens-page'), 'tokens', 'audit'),
});

const allTokens = createRoute({
  getParentRoute: () => shell,
  path: '/admin/tokens',
  component: page(() => import('@/features/governance/all-tokens-page'), 'tokens', 'people', 'audit', 'governance'),
});

const teams = createRoute({
  getParentRoute: () => shell,
  path: '/admin/teams',
  component: page(() => import('@/features/governance/teams-page'), 'people', 'teams', 'governance'),
});

const rights = createRoute({
  getParentRoute: () => shell,
  path: '/admin/rights',
  component: page(() => import('@/features/governance/matrix-page'), 'audit', 'matrix', 'people', 'governance'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: auditSearch,
  component: page(() => import('@/features/governance/audit-page'), 'audit', 'governance', 'reports'),
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

const usage = createRoute({
  getParentRoute: () => shell,
  path: '/usage',
  validateSearch: usageSearch,
  component: page(() => import('@/features/usage/usage-page'), 'usage', 'governance'),
});

const routeTree = root.addChildren([
  signIn,
  welcome,
  invitation,
  forgotten,
  reset,
  form,
  authed.addChildren([
    workflow,
    proposal,
    version,
    compare,
    shell.addChildren([
      home,
      workflows,
      templates,
      runs,
      run,
      evidence,
      tasks,
      task,
      starts,
      outbox,
      mail,
      assets,
      asset,
      assetAdd,
      assetVersionAdd,
      assetVersion,
      assetCompare,
      assetEvaluation,
      assetRequest,
      addOpenApi,
      addMcp,
      addHttpTool,
      addWorkflowTool,
      addAgent,
      tokens,
      allTokens,
      profile,
      usage,
      connections,
      people,
      teams,
      rights,
      audit,
      questions,
      report,
      access,
      subject,
      settings,
    ]),
  ]),
]);

/** Long lists keep one's place however one comes back to them; every other page keeps it on the way back only. */
const LISTS = ['/workflows', '/runs', '/audit'];

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  getScrollRestorationKey: ({ pathname, href, state }) => (LISTS.includes(pathname) ? href : (state.__TSR_key ?? href)),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
