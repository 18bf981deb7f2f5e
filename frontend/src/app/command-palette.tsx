import { VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight, useSpotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.layer.css';
import { IconFolder, IconRoute, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFolders } from '@/api/folders';
import { useWorkspace } from '@/api/session';
import { useWorkflows } from '@/api/workflows';
import { folderName } from '@/core/folders';
import classes from './command-palette.module.css';
import { useCommands } from './commands';
import { ENTRIES } from './navigation';

const [store, spotlight] = createSpotlight();

const WORKFLOWS = 6;
/** So many are asked for: those that are called so come before those that only say so in their description. */
const LOOKED_AT = 25;
const FOLDERS = 3;
const TYPING_MS = 150;

interface Hit {
  id: string;
  group: 'workflows' | 'folders' | 'pages' | 'actions';
  label: string;
  description?: string;
  icon: typeof IconRoute;
  run: () => void;
}

/** Opens each time `asked` grows. Its first hit is always ready for Enter. */
export default function CommandPalette({ asked }: { asked: number }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  useEffect(() => {
    if (asked > 0) spotlight.open();
  }, [asked]);
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      centered={false}
      scrollable
      maxHeight={420}
      title={<VisuallyHidden>{t('app.command.open')}</VisuallyHidden>}
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      classNames={{ header: classes.header ?? '' }}
    >
      <Spotlight.Search
        placeholder={t('app.command.placeholder')}
        aria-label={t('app.command.placeholder')}
        leftSection={<IconSearch size={20} stroke={1.6} aria-hidden />}
      />
      <Hits query={query.trim()} />
    </Spotlight.Root>
  );
}

function Hits({ query }: { query: string }) {
  const { t } = useTranslation();
  const hits = useHits(query);
  const { selected } = useSpotlight(store);
  const shown = hits.map((hit) => hit.id).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other hits, and the first of them is chosen
  useEffect(() => {
    store.updateState((state) => ({ ...state, selected: 0 }));
  }, [shown]);
  const chosen = hits[selected];
  const groups = (['workflows', 'folders', 'pages', 'actions'] as const).map((group) => ({
    group,
    hits: hits.filter((hit) => hit.group === group),
  }));
  return (
    <>
      <VisuallyHidden role="status">
        {chosen && t('app.command.chosen', { name: chosen.label, number: selected + 1, count: hits.length })}
      </VisuallyHidden>
      <Spotlight.ActionsList>
        {hits.length === 0 && <Spotlight.Empty>{t('app.command.nothing', { text: query })}</Spotlight.Empty>}
        {groups
          .filter((one) => one.hits.length > 0)
          .map((one) => (
            // Drawn anew for other hits: the library marks the chosen one on the element itself.
            <Spotlight.ActionsGroup key={`${one.group} ${shown}`} label={t(`app.command.group.${one.group}`)}>
              {one.hits.map(({ id, label, description, icon: Icon, run }) => (
                <Spotlight.Action
                  key={id}
                  label={label}
                  {...(description ? { description } : {})}
                  leftSection={<Icon size={20} stroke={1.6} aria-hidden />}
                  data-selected={hits[0]?.id === id || undefined}
                  onClick={run}
                />
              ))}
            </Spotlight.ActionsGroup>
          ))}
      </Spotlight.ActionsList>
    </>
  );
}

function useHits(query: string): Hit[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { verbs } = useWorkspace();
  const [searched] = useDebouncedValue(query, TYPING_MS);
  const { rows: workflows, query: asked } = useWorkflows({
    page_size: LOOKED_AT,
    ...(searched ? { search: searched } : {}),
  });
  const folders = useFolders().data ?? [];
  const commands = useCommands();
  const words = query.toLowerCase().split(/\s+/);
  const fits = (label: string) => words.every((word) => label.toLowerCase().includes(word));
  // Until the answer is there, the last one's serve only as far as they fit.
  const answered = searched === query && !asked.isPlaceholderData;
  const called = [
    ...workflows.filter(({ name }) => fits(name)),
    ...workflows.filter(({ name }) => answered && !fits(name)),
  ];
  const found: Hit[] = called.slice(0, WORKFLOWS).map(({ id, name, folder }) => ({
    id,
    group: 'workflows',
    label: name,
    description: folderName(folders, folder),
    icon: IconRoute,
    run: () => void navigate({ to: '/workflows/$id', params: { id } }),
  }));
  const places: Hit[] = folders
    .filter(({ name }) => query !== '' && fits(name))
    .slice(0, FOLDERS)
    .map(({ id, parent, name }) => ({
      id,
      group: 'folders',
      label: name,
      description: folderName(folders, parent),
      icon: IconFolder,
      run: () => void navigate({ to: '/workflows', search: { folder: id } }),
    }));
  const pages: Hit[] = ENTRIES.filter(({ verb }) => verb === null || verbs.includes(verb)).map(({ key, to, icon }) => ({
    id: key,
    group: 'pages',
    label: t(`app.nav.${key}`),
    icon,
    run: () => void navigate({ to, search: {} }),
  }));
  const actions: Hit[] = commands.map((command) => ({ ...command, group: 'actions' }));
  return [
    ...found,
    ...places,
    ...pages.filter(({ label }) => fits(label)),
    ...actions.filter(({ label }) => fits(label)),
  ];
}
