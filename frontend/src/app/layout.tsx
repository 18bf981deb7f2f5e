import { Menu, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconDots } from '@tabler/icons-react';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveWorkspace } from '@/api/live-workspace';
import { chooseWorkspace, useSession, useWorkspace } from '@/api/session';
import { useTaskCount } from '@/api/tasks';
import { MenuLink } from '@/ui/button-link';
import { Waiting } from '@/ui/data-table';
import { Bell } from './bell';
import { CommandButton } from './command-bar';
import classes from './layout.module.css';
import { ENTRIES, type Entry, IN_BAR } from './navigation';
import { UserMenu } from './user-menu';

/** Navigation beside the page; on a phone a bar at the top and one at the foot. */
export function Layout() {
  const { t } = useTranslation();
  const { verbs } = useWorkspace();
  useLiveWorkspace();
  const entries = ENTRIES.filter((entry) => entry.verb === null || verbs.includes(entry.verb));
  const tasks = useTaskCount(verbs.includes('task:read'));
  const count = tasks.data ? String(tasks.data) : null;
  return (
    <div className={classes.shell}>
      <nav aria-label={t('app.nav.label')} className={classes.side}>
        <div className={classes.brandRow}>
          <Link to="/" className={classes.brand} aria-label="Tutti">
            <img src="/static/logo.svg" alt="" width={26} height={26} />
            <span>Tutti</span>
          </Link>
          <Bell />
        </div>
        <WorkspaceName />
        <CommandButton />
        <div className={classes.nav}>
          <Entries entries={entries.filter((entry) => entry.group === 'work')} count={count} />
          {entries.some((entry) => entry.group === 'manage') && <div className={classes.divider} />}
          <Entries entries={entries.filter((entry) => entry.group === 'manage')} count={null} />
        </div>
        <div className={classes.user}>
          <UserMenu />
        </div>
      </nav>
      <main id="main" tabIndex={-1} className={classes.main}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </main>
      <nav aria-label={t('app.nav.short')} className={classes.bar}>
        {entries
          .filter((entry) => IN_BAR.includes(entry.key))
          .map((entry) => (
            <EntryLink
              key={entry.key}
              entry={entry}
              count={entry.key === 'tasks' ? count : null}
              className={classes.barLink}
            />
          ))}
        <More entries={entries.filter((entry) => !IN_BAR.includes(entry.key))} />
      </nav>
    </div>
  );
}

function Entries({ entries, count }: { entries: Entry[]; count: string | null }) {
  return (
    <ul className={classes.entries}>
      {entries.map((entry) => (
        <li key={entry.key}>
          <EntryLink entry={entry} count={entry.key === 'tasks' ? count : null} className={classes.link} />
        </li>
      ))}
    </ul>
  );
}

function EntryLink({ entry, count, className }: { entry: Entry; count: string | null; className: string | undefined }) {
  const { t } = useTranslation();
  const Icon = entry.icon;
  const around = 'around' in entry ? entry.around : null;
  const within = useLocation({ select: ({ pathname }) => around !== null && pathname.startsWith(around) });
  return (
    <Link
      to={entry.to}
      className={className}
      activeOptions={{ exact: entry.to === '/', includeSearch: false }}
      {...(within && { 'data-status': 'active', 'aria-current': 'page' })}
    >
      <Icon size={20} stroke={1.7} aria-hidden />
      <span className={classes.word}>{t(`app.nav.${entry.key}`)}</span>
      {count && (
        <span className={classes.count}>
          {count}
          <span className={classes.hidden}> {t('app.nav.waiting')}</span>
        </span>
      )}
    </Link>
  );
}

function More({ entries }: { entries: Entry[] }) {
  const { t } = useTranslation();
  if (entries.length === 0) return null;
  return (
    <Menu position="top-end" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.barLink}>
          <IconDots size={20} stroke={1.7} aria-hidden />
          <span className={classes.word}>{t('app.nav.more')}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {entries.map(({ key, to, icon: Icon }) => (
          <MenuLink key={key} to={to} leftSection={<Icon size={18} aria-hidden />}>
            {t(`app.nav.${key}`)}
          </MenuLink>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function WorkspaceName() {
  const { t } = useTranslation();
  const { workspaces, shut } = useSession();
  const workspace = useWorkspace();
  if (workspaces.length + shut.length < 2) {
    return (
      <Text size="sm" fw={550} className={classes.workspace} title={workspace.name}>
        {workspace.name}
      </Text>
    );
  }
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.workspace} aria-label={t('app.workspace', { name: workspace.name })}>
          <Text span size="sm" fw={550} truncate>
            {workspace.name}
          </Text>
          <IconChevronDown size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {workspaces.map((one) => (
          <Menu.Item key={one.id} onClick={() => chooseWorkspace(one.id)}>
            {one.name}
          </Menu.Item>
        ))}
        {shut.map((one) => (
          <MenuLink key={one.id} to="/profile" hash="second-factor">
            {t('app.shut', { name: one.name })}
          </MenuLink>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
