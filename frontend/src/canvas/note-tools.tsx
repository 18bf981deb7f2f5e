import { Menu } from '@mantine/core';
import { IconBold, IconHeading, IconItalic, IconList, IconPencil, IconStack2, IconTrash } from '@tabler/icons-react';
import { NodeToolbar, Position } from '@xyflow/react';
import type { FocusEvent, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { COLOURS, type GraphNote } from '@/core/graph/document';
import { useCanvas } from './canvas-context';
import groupClasses from './group-box.module.css';
import type { NoteFormat } from './note-format';
import classes from './note-tools.module.css';

const FORMATS = [
  ['bold', IconBold],
  ['italic', IconItalic],
  ['heading', IconHeading],
  ['list', IconList],
] as const;

/** Notes lie below everything; what is used on them does not. */
const ABOVE = { zIndex: 10 };

export interface NoteToolsProps {
  ref: Ref<HTMLDivElement>;
  note: GraphNote;
  writing: boolean;
  onWrite(): void;
  onFormat(how: NoteFormat): void;
  onBlur(event: FocusEvent): void;
  onEscape(): void;
}

/** Over a chosen note: its looks while somebody writes, its colour, its group, and the way to the bin. */
export function NoteTools({ ref, note, writing, onWrite, onFormat, onBlur, onEscape }: NoteToolsProps) {
  const { t } = useTranslation();
  const { editing, graph } = useCanvas();
  if (!editing) return null;
  const own = graph.groups.find((group) => group.notes.includes(note.id));
  return (
    <NodeToolbar isVisible position={Position.Top} offset={10} style={ABOVE}>
      {/* The writing keeps its place: a click here takes no focus from it. */}
      <div
        ref={ref}
        role="toolbar"
        aria-label={t('editor.note.tools')}
        className={classes.bar}
        onMouseDown={(event) => event.preventDefault()}
        onBlur={onBlur}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Escape') onEscape();
        }}
      >
        {writing ? (
          FORMATS.map(([how, Icon]) => (
            <button
              key={how}
              type="button"
              aria-label={t(`editor.note.${how}`)}
              title={t(`editor.note.${how}`)}
              onClick={() => onFormat(how)}
            >
              <Icon size={16} />
            </button>
          ))
        ) : (
          <button type="button" aria-label={t('editor.note.write')} title={t('editor.note.write')} onClick={onWrite}>
            <IconPencil size={16} />
          </button>
        )}
        <span className={classes.gap} />
        {COLOURS.map((colour) => (
          <button
            key={colour}
            type="button"
            aria-label={t(`editor.colour.${colour}`)}
            title={t(`editor.colour.${colour}`)}
            aria-pressed={note.colour === colour}
            onClick={() => editing.onChangeNote(note.id, { colour })}
          >
            <span className={groupClasses.swatch} data-colour={colour} />
          </button>
        ))}
        <span className={classes.gap} />
        {graph.groups.length > 0 && !writing && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <button type="button" aria-label={t('editor.note.group')} title={t('editor.note.group')}>
                <IconStack2 size={16} />
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              {graph.groups.map((group) => (
                <Menu.Item
                  key={group.id}
                  aria-current={group === own || undefined}
                  onClick={() => editing.onGroupNote(note.id, group.id)}
                >
                  {t('editor.note.into', { title: group.title })}
                </Menu.Item>
              ))}
              {own && (
                <Menu.Item onClick={() => editing.onGroupNote(note.id, null)}>{t('editor.note.outOfGroup')}</Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
        <button
          type="button"
          aria-label={t('editor.menu.deleteNote')}
          title={t('editor.menu.deleteNote')}
          onClick={() => editing.onDelete({ steps: [], lines: [], notes: [note.id] })}
        >
          <IconTrash size={16} />
        </button>
      </div>
    </NodeToolbar>
  );
}
