import { createRoute, createRouter } from '@tanstack/react-router';
import { authed, page, root, shell } from './frames';
import { governance } from './governance-routes';
import {
  assetSearch,
  assetsSearch,
  numbers,
  parseSearch,
  runSearch,
  runsSearch,
  stringifySearch,
  usageSearch,
  words,
  workflowSearch,
} from './search';

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: words('next', 'company', 'error'),
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
    'access',
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
    'requests',
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
  component: page(() => import('@/features/editor/versions/version-page'), 'editor', 'versions', 'requests'),
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

const requests = createRoute({
  getParentRoute: () => shell,
  path: '/requests',
  validateSearch: words('show', 'kind'),
  component: page(() => import('@/features/governance/requests/requests-page'), 'requests'),
});

const request = createRoute({
  getParentRoute: () => shell,
  path: '/requests/$id',
  component: page(() => import('@/features/governance/requests/request-page'), 'requests', 'audit'),
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
    'access',
    'assets',
    'audit',
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
  component: page(() => import('@/features/assets/adding/add-page'), 'assets', 'making', 'governance'),
});

const assetVersionAdd = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$id/versions/add',
  validateSearch: words('way'),
  component: page(() => import('@/features/assets/adding/version-page'), 'assets', 'making', 'governance'),
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
  component: page(() => import('@/features/assets/version-page'), 'assets', 'quality'),
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
  component: page(() => import('@/features/account/profile-page'), 'safety'),
});

const connections = createRoute({
  getParentRoute: () => shell,
  path: '/connections',
  component: page(() => import('@/features/assets/connections-page'), 'connections', 'governance'),
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
      ...governance,
      home,
      workflows,
      templates,
      runs,
      run,
      evidence,
      tasks,
      task,
      requests,
      request,
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
      profile,
      usage,
      connections,
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
