import { ActionIcon, CloseButton, ScrollArea, Text, TextInput, Title } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { STEP_DRAG } from '@/canvas/canvas-context';
import cardClasses from '@/canvas/step-card.module.css';
import { StepIcon } from '@/canvas/step-icon';
import { type GraphNode, type NodeTypeInfo, nameOf, nodeByKey } from '@/core/graph/document';
import { fits, type Spot } from '@/core/graph/fitting';
import { graphOf, type LibraryTarget, useEditor, useEditorActions, useEditorWorld } from './editor-store';
import { spotOf } from './step-actions';
import classes from './step-library.module.css';

const CATEGORIES = ['Start', 'Documents', 'AI', 'Decide', 'Data', 'People', 'Send', 'Try out'];

function rank(type: NodeTypeInfo, words: string): number {
  const title = type.title.toLowerCase();
  if (title.startsWith(words)) return 0;
  if (title.includes(words)) return 1;
  return `${type.description} ${type.category} ${type.key}`.toLowerCase().includes(words) ? 2 : -1;
}

export interface StepLibraryProps {
  target: LibraryTarget;
  onAdd(type: NodeTypeInfo): void;
}

/** Everything a workflow can be made of. Enter adds the top hit, a click adds, dragging places. */
export function StepLibrary({ target, onAdd }: StepLibraryProps) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const { openLibrary } = useEditorActions();
  const empty = useEditor((state) => state.history.present.nodes.length === 0);
  const [search, setSearch] = useState('');
  const words = search.trim().toLowerCase();

  const graph = useEditor(graphOf);
  const [all, setAll] = useState(false);
  const spot = useMemo(() => spotOf(graph, target), [graph, target]);
  const place = usePlaceWords(target, spot);
  const only = all ? null : spot;

  const hits = useMemo(() => {
    const fitting = [...nodeTypes.values()].filter((type) => !only || fits(type, only));
    if (!words) return fitting;
    return fitting
      .map((type) => ({ type, rank: rank(type, words) }))
      .filter((hit) => hit.rank >= 0)
      .sort((a, b) => a.rank - b.rank)
      .map((hit) => hit.type);
  }, [nodeTypes, only, words]);

  const groups = useMemo(() => {
    if (words) return [{ category: '', types: hits }];
    const names = [...new Set([...CATEGORIES, ...hits.map((type) => type.category)])];
    return names
      .map((category) => ({ category, types: hits.filter((type) => type.category === category) }))
      .filter((group) => group.types.length > 0);
  }, [hits, words]);

  const close = () => openLibrary(null);
  const onKey = (event: KeyboardEvent) => {
    const [top] = hits;
    if (event.key === 'Escape') close();
    if (event.key === 'Enter' && top && words) {
      event.preventDefault();
      onAdd(top);
    }
  };

  return (
    <aside
      className={classes.library}
      aria-label={t('editor.library.title')}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <div className={classes.head}>
        <Title order={2} size="h5">
          {t(empty ? 'editor.library.first' : `editor.library.${target.kind === 'loose' ? 'title' : 'next'}`)}
        </Title>
        <CloseButton aria-label={t('editor.close')} onClick={close} />
      </div>
      <TextInput
        className={classes.search}
        aria-label={t('editor.library.search')}
        placeholder={t('editor.library.search')}
        leftSection={<IconSearch size={16} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={onKey}
        data-autofocus
        autoFocus
      />
      {only && place && (
        <div className={classes.filter}>
          <span>{t('editor.library.fitting', { place })}</span>
          <CloseButton
            size="xs"
            aria-label={t('editor.library.showAll', { place })}
            title={t('editor.library.showAll', { place })}
            onClick={() => setAll(true)}
          />
        </div>
      )}
      <ScrollArea className={classes.list} type="hover">
        {groups.map((group) => (
          <section
            key={group.category}
            aria-label={
              group.category ? t(`editor.category.${group.category}`, group.category) : t('editor.library.hits')
            }
          >
            {group.category && (
              <h3 className={classes.category}>{t(`editor.category.${group.category}`, group.category)}</h3>
            )}
            {group.types.map((type, index) => (
              <Entry key={type.key} type={type} top={words !== '' && index === 0} onAdd={() => onAdd(type)} />
            ))}
          </section>
        ))}
        {hits.length === 0 && (
          <Text size="sm" c="dimmed" p="md">
            {t(only ? 'editor.library.noneFits' : 'editor.library.none', { search })}{' '}
            <button type="button" className={classes.clear} onClick={() => (only ? setAll(true) : setSearch(''))}>
              {t(only ? 'editor.library.all' : 'editor.library.clear')}
            </button>
          </Text>
        )}
      </ScrollArea>
    </aside>
  );
}

/** Where the new step will stand, in words. */
function usePlaceWords(target: LibraryTarget, spot: Spot | null): string | null {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const graph = useEditor(graphOf);
  const name = (node: GraphNode | undefined) => (node ? nameOf(node, nodeTypes) : '');
  if (target.kind === 'inside') return t('editor.library.inside', { name: name(nodeByKey(graph, target.frame)) });
  if (spot?.after && spot.before) return t('editor.library.between', { from: name(spot.after), to: name(spot.before) });
  if (spot?.after) return t('editor.library.after', { name: name(spot.after) });
  return spot?.before ? t('editor.library.before', { name: name(spot.before) }) : null;
}

function Entry({ type, top, onAdd }: { type: NodeTypeInfo; top: boolean; onAdd(): void }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same; the row only makes the target larger.
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above.
    <div
      className={classes.entry}
      data-top={top || undefined}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(STEP_DRAG, type.key);
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onClick={onAdd}
    >
      <span className={cardClasses.tile} data-small data-category={type.category}>
        <StepIcon icon={type.icon} size={16} />
      </span>
      <span className={classes.words}>
        <span className={classes.name}>{type.title}</span>
        <span className={classes.text}>{type.description}</span>
      </span>
      <ActionIcon
        className={classes.add}
        variant="default"
        aria-label={t('editor.library.add', { name: type.title })}
        onClick={(event) => {
          event.stopPropagation();
          onAdd();
        }}
      >
        <IconPlus size={16} />
      </ActionIcon>
    </div>
  );
}
