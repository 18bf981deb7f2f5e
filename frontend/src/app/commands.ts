import { useMantineColorScheme } from '@mantine/core';
import {
  IconAlertOctagon,
  IconArchive,
  IconChecklist,
  IconLayoutGrid,
  IconLogout,
  IconMessageQuestion,
  IconMoon,
  IconPlus,
  IconSun,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSignOut, useWorkspace } from '@/api/session';

export interface Command {
  id: string;
  label: string;
  icon: typeof IconPlus;
  run: () => void;
}

/** What a person can do from anywhere, as far as they may. */
export function useCommands(): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { verbs } = useWorkspace();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const dark = colorScheme === 'dark';
  const commands: (Command | false)[] = [
    verbs.includes('workflow:edit') && {
      id: 'create',
      label: t('workflows.create.button'),
      icon: IconPlus,
      run: () => void navigate({ to: '/workflows', search: { create: true } }),
    },
    {
      id: 'templates',
      label: t('workflows.empty.templates'),
      icon: IconLayoutGrid,
      run: () => void navigate({ to: '/templates', search: {} }),
    },
    verbs.includes('run:read') && {
      id: 'dead',
      label: t('app.command.dead'),
      icon: IconAlertOctagon,
      run: () => void navigate({ to: '/runs', search: { dead: true } }),
    },
    verbs.includes('task:read') && {
      id: 'mine',
      label: t('app.command.mine'),
      icon: IconChecklist,
      run: () => void navigate({ to: '/tasks', search: { state: 'mine' } }),
    },
    verbs.includes('audit:read') && {
      id: 'questions',
      label: t('app.command.questions'),
      icon: IconMessageQuestion,
      run: () => void navigate({ to: '/audit/questions' }),
    },
    {
      id: 'archive',
      label: t('app.command.archive'),
      icon: IconArchive,
      run: () => void navigate({ to: '/workflows', search: { archived: true } }),
    },
    {
      id: 'scheme',
      label: t(dark ? 'app.command.light' : 'app.command.dark'),
      icon: dark ? IconSun : IconMoon,
      run: () => setColorScheme(dark ? 'light' : 'dark'),
    },
    { id: 'out', label: t('app.signOut'), icon: IconLogout, run: () => signOut.mutate() },
  ];
  return commands.filter((command) => command !== false);
}
