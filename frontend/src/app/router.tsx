import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { currentWorkspace, sessionQuery } from '@/api/session';
import { sameSite } from '@/core/addresses';
import { Broken, NotThere } from './broken';
import { Guard } from './guard';
import { Layout } from './layout';
import { queryClient } from './queries';
import { readAs } from './reader';
import { auditSearch, runSearch, runsSearch, words, workflowSearch } from './search';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotThere, errorComponent: Broken });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: words('next'),
  component: lazyRouteComponent(() => import('@/features/account/sign-in-page')),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(() => import('@/features/account/welcome-page')),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('@/features/account/invitation-page')),
});

const forgotten = createRoute({
  getParentRoute: () => root,
  path: '/forgotten',
  component: lazyRouteComponent(() => import('@/features/account/forgotten-page')),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('@/features/account/reset-page')),
});

const form = createRoute({
  getParentRoute: () => root,
  path: '/forms/$slug',
  component: lazyRouteComponent(() => import('@/features/forms/form-page')),
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
  component: lazyRouteComponent(() => import('@/features/home/home-page')),
});

const workflows = createRoute({
  getParentRoute: () => shell,
  path: '/workflows',
  validateSearch: workflowSearch,
  component: lazyRouteComponent(() => import('@/features/home/workflows/workflows-page')),
});

const templates = createRoute({
  getParentRoute: () => shell,
  path: '/templates',
  validateSearch: words('search', 'category', 'template'),
  component: lazyRouteComponent(() => import('@/features/home/templates/templates-page')),
});

const workflow = createRoute({
  getParentRoute: () => authed,
  path: '/workflows/$id',
  validateSearch: words('step', 'run', 'tab'),
  component: lazyRouteComponent(() => import('@/features/editor')),
});

const version = createRoute({
  getParentRoute: () => authed,
  path: '/workflows/$id/versions/$version',
  component: lazyRouteComponent(() => import('@/features/editor/versions/version-page')),
});

const compare = createRoute({
  getParentRoute: () => authed,
  path: '/workflows/$id/compare',
  validateSearch: words('from', 'to'),
  component: lazyRouteComponent(() => import('@/features/editor/versions/compare-page')),
});

const runs = createRoute({
  getParentRoute: () => shell,
  path: '/runs',
  validateSearch: runsSearch,
  component: lazyRouteComponent(() => import('@/features/runs/runs-page')),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: '/runs/$id',
  validateSearch: runSearch,
  component: lazyRouteComponent(() => import('@/features/runs/run-page')),
});

const tasks = createRoute({
  getParentRoute: () => shell,
  path: '/tasks',
  validateSearch: words('state', 'search'),
  component: lazyRouteComponent(() => import('@/features/tasks/tasks-page')),
});

const task = createRoute({
  getParentRoute: () => shell,
  path: '/tasks/$id',
  component: lazyRouteComponent(() => import('@/features/tasks/task-page')),
});

const starts = createRoute({
  getParentRoute: () => shell,
  path: '/starts',
  component: lazyRouteComponent(() => import('@/features/starts/starts-page')),
});

const outbox = createRoute({
  getParentRoute: () => shell,
  path: '/outbox',
  component: lazyRouteComponent(() => import('@/features/tasks/outbox-page')),
});

const mail = createRoute({
  getParentRoute: () => shell,
  path: '/outbox/$id',
  component: lazyRouteComponent(() => import('@/features/tasks/mail-page')),
});

const assets = createRoute({
  getParentRoute: () => shell,
  path: '/assets',
  component: lazyRouteComponent(() => import('@/features/assets/assets-page')),
});

const asset = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$id',
  component: lazyRouteComponent(() => import('@/features/assets/asset-page')),
});

const profile = createRoute({
  getParentRoute: () => shell,
  path: '/profile',
  component: lazyRouteComponent(() => import('@/features/account/profile-page')),
});

const connections = createRoute({
  getParentRoute: () => shell,
  path: '/connections',
  component: lazyRouteComponent(() => import('@/features/assets/connections-page')),
});

const people = createRoute({
  getParentRoute: () => shell,
  path: '/admin/users',
  validateSearch: words('search', 'role'),
  component: lazyRouteComponent(() => import('@/features/governance/people-page')),
});

const teams = createRoute({
  getParentRoute: () => shell,
  path: '/admin/teams',
  component: lazyRouteComponent(() => import('@/features/governance/teams-page')),
});

const rights = createRoute({
  getParentRoute: () => shell,
  path: '/admin/rights',
  component: lazyRouteComponent(() => import('@/features/governance/matrix-page')),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('@/features/governance/audit-page')),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('@/features/governance/settings-page')),
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
    version,
    compare,
    shell.addChildren([
      home,
      workflows,
      templates,
      runs,
      run,
      tasks,
      task,
      starts,
      outbox,
      mail,
      assets,
      asset,
      profile,
      connections,
      people,
      teams,
      rights,
      audit,
      settings,
    ]),
  ]),
]);

/** Long lists keep one's place however one comes back to them; every other page keeps it on the way back only. */
const LISTS = ['/workflows', '/runs', '/audit'];

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  getScrollRestorationKey: ({ pathname, href, state }) => (LISTS.includes(pathname) ? href : (state.__TSR_key ?? href)),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
