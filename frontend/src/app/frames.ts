import {
  createRootRoute,
  createRoute,
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

/** A page that is loaded when it is opened, together with the rooms of the messages it says. */
export function page<Module extends { default: RouteComponent }>(load: () => Promise<Module>, ...rooms: Room[]) {
  return lazyRouteComponent(async () => {
    const [loaded] = await Promise.all([load(), learn(rooms)]);
    return loaded;
  });
}

export const root = createRootRoute({ component: Outlet, notFoundComponent: NotThere, errorComponent: Broken });

/** Everything behind the sign-in. */
export const authed = createRoute({
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
export const shell = createRoute({ getParentRoute: () => authed, id: 'shell', component: Layout });
