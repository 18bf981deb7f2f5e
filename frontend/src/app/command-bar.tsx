import { Kbd, UnstyledButton } from '@mantine/core';
import { useHotkeys, useOs } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import classes from './layout.module.css';

/** Loaded when it is asked for the first time. */
const CommandPalette = lazy(() => import('./command-palette'));

/** How often it was asked for. */
const useAsked = create<{ times: number; ask: () => void }>((set) => ({
  times: 0,
  ask: () => set(({ times }) => ({ times: times + 1 })),
}));

/** Ctrl-K or Cmd-K, also while one writes: finds workflows, pages and actions. */
export function CommandBar() {
  const { times, ask } = useAsked();
  useHotkeys([['mod+K', ask]], [], true);
  if (times === 0) return null;
  return (
    <Suspense fallback={null}>
      <CommandPalette asked={times} />
    </Suspense>
  );
}

export function CommandButton() {
  const { t } = useTranslation();
  const ask = useAsked((asked) => asked.ask);
  const apple = ['macos', 'ios'].includes(useOs());
  return (
    <UnstyledButton className={classes.command} onClick={ask} aria-label={t('app.command.open')}>
      <IconSearch size={18} stroke={1.7} aria-hidden />
      <span className={classes.word}>{t('app.command.button')}</span>
      <Kbd size="xs" aria-hidden>
        {apple ? '⌘ K' : 'Ctrl K'}
      </Kbd>
    </UnstyledButton>
  );
}
