import {
  IconBolt,
  IconBox,
  IconChecklist,
  IconCoins,
  IconHistory,
  IconHome,
  IconListDetails,
  IconMail,
  IconPlug,
  IconRoute,
  IconUserCheck,
  IconUsers,
} from '@tabler/icons-react';
import type { Verb } from '@/api/types';

/** The entries of the navigation; each is there for those who may use it. */
export const ENTRIES = [
  { key: 'home', to: '/', icon: IconHome, verb: null, group: 'work' },
  { key: 'workflows', to: '/workflows', icon: IconRoute, verb: 'workflow:read', group: 'work' },
  { key: 'runs', to: '/runs', icon: IconListDetails, verb: 'run:read', group: 'work' },
  { key: 'starts', to: '/starts', icon: IconBolt, verb: 'workflow:run', group: 'work' },
  { key: 'tasks', to: '/tasks', icon: IconChecklist, verb: 'task:read', group: 'work' },
  { key: 'requests', to: '/requests', icon: IconUserCheck, verb: 'request:read', group: 'work' },
  { key: 'outbox', to: '/outbox', icon: IconMail, verb: 'mail:read', group: 'work' },
  { key: 'assets', to: '/assets', icon: IconBox, verb: 'asset:read', group: 'manage' },
  { key: 'usage', to: '/usage', icon: IconCoins, verb: 'usage:read', group: 'manage' },
  { key: 'connections', to: '/connections', icon: IconPlug, verb: 'credential:read', group: 'manage' },
  {
    key: 'people',
    to: '/admin/users',
    // Teams, rules and the like are pages beside it.
    around: '/admin/',
    icon: IconUsers,
    verb: 'member:manage',
    group: 'manage',
  },
  { key: 'audit', to: '/audit', icon: IconHistory, verb: 'audit:read', group: 'manage' },
] as const satisfies readonly {
  key: string;
  to: string;
  around?: string;
  icon: typeof IconHome;
  verb: Verb | null;
  group: 'work' | 'manage';
}[];

export type Entry = (typeof ENTRIES)[number];

/** What fits into the bar at the foot of a phone; the rest stands behind "More". */
export const IN_BAR: readonly Entry['key'][] = ['home', 'workflows', 'runs', 'tasks'];
