import { Avatar, Menu, SegmentedControl, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import {
  IconDeviceDesktop,
  IconKey,
  IconLogout,
  IconMoon,
  IconRoute2,
  IconSettings,
  IconShieldCheck,
  IconSparkles,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreference } from '@/api/preferences';
import { useCan, useSignOut, useUser } from '@/api/session';
import { MenuLink } from '@/ui/button-link';
import classes from './layout.module.css';
import { useNews } from './tour/use-news';

const News = lazy(() => import('./tour/news'));

/** Who is signed in, light or dark, settings, and the way out. */
export function UserMenu() {
  const { t } = useTranslation();
  const user = useUser();
  const manages = useCan('workspace:manage');
  const looksAfter = useCan('installation:read');
  const mayEdit = useCan('workflow:edit');
  const [, setTour] = usePreference('tour');
  const news = useNews();
  const [reading, setReading] = useState(false);
  const signOut = useSignOut();
  return (
    <>
      {(reading || news.unseen) && (
        <Suspense>
          <News
            onClose={() => {
              setReading(false);
              news.close();
            }}
          />
        </Suspense>
      )}
      <Menu position="top-start" width={260}>
        <Menu.Target>
          <UnstyledButton className={classes.userButton} aria-label={t('app.userMenu', { name: user.name })}>
            <Avatar size={28} radius="xl" name={user.name} color="blue" />
            <Text span truncate className={classes.userName}>
              {user.name}
            </Text>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{user.email}</Menu.Label>
          <ColourScheme />
          <Menu.Divider />
          <MenuLink to="/profile" leftSection={<IconUserCircle size={18} aria-hidden />}>
            {t('app.profile')}
          </MenuLink>
          <MenuLink to="/tokens" leftSection={<IconKey size={18} aria-hidden />}>
            {t('app.tokens')}
          </MenuLink>
          {mayEdit && (
            <Menu.Item
              leftSection={<IconRoute2 size={18} aria-hidden />}
              onClick={() => setTour({ step: 0, ended: false })}
            >
              {t('tour.menu')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconSparkles size={18} aria-hidden />} onClick={() => setReading(true)}>
            {t('tour.newsMenu')}
          </Menu.Item>
          {manages && (
            <MenuLink to="/settings" leftSection={<IconSettings size={18} aria-hidden />}>
              {t('app.nav.settings')}
            </MenuLink>
          )}
          {!manages && looksAfter && (
            <MenuLink to="/settings/trust" leftSection={<IconShieldCheck size={18} aria-hidden />}>
              {t('app.nav.trust')}
            </MenuLink>
          )}
          <Menu.Item leftSection={<IconLogout size={18} aria-hidden />} onClick={() => signOut.mutate()}>
            {t('app.signOut')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function ColourScheme() {
  const { t } = useTranslation();
  const [scheme, choose] = usePreference('scheme');
  const choice = (value: 'light' | 'dark' | 'auto', Icon: typeof IconSun) => ({
    value,
    label: (
      <>
        <Icon size={16} aria-hidden className={classes.schemeIcon} />
        <VisuallyHidden>{t(`app.scheme.${value}`)}</VisuallyHidden>
      </>
    ),
  });
  return (
    <div className={classes.scheme}>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t('app.scheme.label')}
        value={scheme ?? 'auto'}
        onChange={(value) => choose(value as typeof scheme)}
        data={[choice('light', IconSun), choice('dark', IconMoon), choice('auto', IconDeviceDesktop)]}
      />
    </div>
  );
}
