import { Button } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { Outlet, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { currentWorkspace, useReachable, useSession, useSignOut } from '@/api/session';
import { sameSite } from '@/core/addresses';
import { EmptyState } from '@/ui/empty-state';
import { CommandBar } from './command-bar';
import classes from './guard.module.css';
import { learn } from './i18n';
import { useReader } from './reader';
import { SignInAgain } from './sign-in-again';
import { WhyDialog } from './why-dialog';

const Tour = lazy(() => import('./tour/tour'));
const FactorNeeded = lazy(async () => {
  const [loaded] = await Promise.all([import('@/features/account/factor-needed'), learn(['safety'])]);
  return loaded;
});

/** Keeps signed-out people, and people without a workspace, away from the pages behind it. */
export function Guard() {
  const session = useSession();
  const router = useRouter();
  const { t } = useTranslation();
  const signedOut = session.user === null;
  useEffect(() => {
    if (!signedOut) return;
    void router.navigate({ to: '/sign-in', search: { next: sameSite(router.state.location.href) } });
  }, [signedOut, router]);
  if (signedOut) return null;
  if (!currentWorkspace(session)) {
    if (session.shut.length === 0) return <NoWorkspace />;
    return (
      <Suspense>
        <FactorNeeded />
      </Suspense>
    );
  }
  return (
    <>
      <a className={classes.skip} href="#main">
        {t('app.skip')}
      </a>
      <EnvironmentBand />
      <Unreachable />
      <SignInAgain />
      <WhyDialog />
      <Pages />
      <CommandBar />
      <Suspense>
        <Tour />
      </Suspense>
    </>
  );
}

/** Drawn anew when the reader wants times told in another way. */
function Pages() {
  return <Outlet key={useReader()} />;
}

function NoWorkspace() {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <main>
      <h1 className={classes.hidden}>{t('app.noWorkspace.title')}</h1>
      <EmptyState
        icon={IconUsers}
        title={t('app.noWorkspace.title')}
        text={t('app.noWorkspace.text')}
        action={
          <Button variant="default" onClick={() => signOut.mutate()}>
            {t('app.signOut')}
          </Button>
        }
      />
    </main>
  );
}

/** Tells one installation from another: a name and a colour, both. */
function EnvironmentBand() {
  const { environment } = useSession();
  if (!environment) return null;
  return (
    <div className={classes.environment} data-band data-colour={environment.colour}>
      {environment.name}
    </div>
  );
}

function Unreachable() {
  const { t } = useTranslation();
  const reachable = useReachable();
  return (
    <div role="alert" className={classes.banner} data-shown={!reachable || undefined}>
      {!reachable && t('app.unreachable')}
    </div>
  );
}
