import { ActionIcon, CloseButton, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CanvasView } from '@/canvas/use-canvas-view';
import { nameOf, nodeByKey } from '@/core/graph/document';
import { find, type Hit } from '@/core/graph/find';
import { graphOf, useEditor, useEditorActions, useEditorWorld } from './editor-store';
import classes from './find-bar.module.css';

export interface FindBarProps {
  view: RefObject<CanvasView | null>;
  onClose(): void;
}

/** Goes from hit to hit while typing; Enter to the next, Shift and Enter to the one before. */
export function FindBar({ view, onClose }: FindBarProps) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const { select } = useEditorActions();
  const graph = useEditor(graphOf);
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const hits = useMemo(() => find(graph, nodeTypes, words), [graph, nodeTypes, words]);
  const current = hits[Math.min(at, hits.length - 1)];
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);

  const show = (hit: Hit | undefined) => {
    if (hit?.kind === 'step') select([hit.key]);
    else if (hit) view.current?.showNote(hit.id);
  };
  const type = (next: string) => {
    setWords(next);
    setAt(0);
    show(find(graph, nodeTypes, next)[0]);
  };
  const go = (by: 1 | -1) => {
    if (hits.length === 0) return;
    const next = (at + by + hits.length) % hits.length;
    setAt(next);
    show(hits[next]);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') {
      onClose();
      view.current?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const name = () => {
    if (current?.kind === 'note') return t('editor.canvas.note');
    const node = nodeByKey(graph, current?.key);
    return node ? nameOf(node, nodeTypes) : '';
  };
  const number = Math.min(at, hits.length - 1) + 1;
  return (
    <search className={classes.bar} aria-label={t('editor.find.title')}>
      <TextInput
        ref={input}
        className={classes.input}
        aria-label={t('editor.find.label')}
        placeholder={t('editor.find.title')}
        leftSection={<IconSearch size={15} />}
        variant="unstyled"
        size="sm"
        autoFocus
        value={words}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <span className={classes.count} aria-hidden>
        {hits.length > 0 ? t('editor.find.at', { number, count: hits.length }) : words.trim() && t('editor.find.none')}
      </span>
      <span className={classes.said} role="status">
        {hits.length > 0
          ? t('editor.find.hit', { number, count: hits.length, name: name() })
          : words.trim() && t('editor.find.none')}
      </span>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('editor.find.previous')}
        title={t('editor.find.previous')}
        disabled={hits.length === 0}
        onClick={() => go(-1)}
      >
        <IconChevronUp size={16} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('editor.find.next')}
        title={t('editor.find.next')}
        disabled={hits.length === 0}
        onClick={() => go(1)}
      >
        <IconChevronDown size={16} />
      </ActionIcon>
      <CloseButton size="sm" aria-label={t('editor.close')} onClick={onClose} />
    </search>
  );
}
