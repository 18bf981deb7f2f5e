import { type NodeProps, NodeResizer } from '@xyflow/react';
import { type FocusEvent, lazy, memo, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { snap } from '@/core/graph/document';
import { useCanvas } from './canvas-context';
import type { NoteFlowNode } from './flow-mapper';
import { format, type NoteFormat } from './note-format';
import classes from './note-node.module.css';
import { NoteTools } from './note-tools';

const NoteText = lazy(() => import('./note-text'));

const LEAST = { width: 120, height: 72 };

/** A note on the canvas: double click or Enter writes in it, its edges resize it, its bar changes its looks. */
export const NoteNode = memo(function NoteNode({ data, selected }: NodeProps<NoteFlowNode>) {
  const { t } = useTranslation();
  const { editing } = useCanvas();
  const { note } = data;
  const [open, setOpen] = useState(note.text === '' && editing !== null);
  const area = useRef<HTMLTextAreaElement>(null);
  const tools = useRef<HTMLDivElement>(null);
  const writing = open && editing !== null;

  const leave = (event: FocusEvent) => {
    const to = event.relatedTarget as Node | null;
    if (area.current?.contains(to) || tools.current?.contains(to)) return;
    if (editing && area.current && area.current.value !== note.text)
      editing.onChangeNote(note.id, { text: area.current.value });
    setOpen(false);
  };
  const onFormat = (how: NoteFormat) => {
    const field = area.current;
    if (!field) return;
    const after = format({ text: field.value, from: field.selectionStart, to: field.selectionEnd }, how);
    field.value = after.text;
    field.focus();
    field.setSelectionRange(after.from, after.to);
  };

  return (
    <>
      {writing ? (
        <textarea
          ref={area}
          className={`${classes.note} nodrag nowheel nopan`}
          data-colour={note.colour}
          aria-label={t('editor.canvas.note')}
          aria-description={t('editor.note.keys')}
          defaultValue={note.text}
          placeholder={t('editor.canvas.notePlaceholder')}
          // biome-ignore lint/a11y/noAutofocus: the person has just asked to write here.
          autoFocus
          onBlur={leave}
          onKeyDown={(event) => {
            event.stopPropagation();
            const mod = event.ctrlKey || event.metaKey;
            if (event.key === 'Escape') event.currentTarget.blur();
            else if (event.key === 'Tab' && !event.shiftKey) tools.current?.querySelector('button')?.focus();
            else if (mod && event.key.toLowerCase() === 'b') onFormat('bold');
            else if (mod && event.key.toLowerCase() === 'i') onFormat('italic');
            else return;
            event.preventDefault();
          }}
        />
      ) : (
        <div
          className={classes.note}
          data-colour={note.colour}
          data-selected={selected || undefined}
          role="note"
          tabIndex={editing ? 0 : undefined}
          onDoubleClick={() => setOpen(true)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.target !== event.currentTarget || !editing) return;
            event.preventDefault();
            event.stopPropagation();
            setOpen(true);
          }}
        >
          {note.text ? (
            <Suspense fallback={note.text}>
              <NoteText text={note.text} />
            </Suspense>
          ) : (
            <span className={classes.empty}>{t('editor.canvas.notePlaceholder')}</span>
          )}
        </div>
      )}
      {editing && (
        <NodeResizer
          isVisible={selected || writing}
          minWidth={LEAST.width}
          minHeight={LEAST.height}
          lineClassName={classes.edge}
          handleClassName={classes.corner}
          onResizeEnd={(_, { x, y, width, height }) =>
            editing.onChangeNote(note.id, {
              position: { x: snap(x), y: snap(y) },
              size: { width: Math.max(snap(width), LEAST.width), height: Math.max(snap(height), LEAST.height) },
            })
          }
        />
      )}
      {editing && (selected || writing) && (
        <NoteTools
          ref={tools}
          note={note}
          writing={writing}
          onWrite={() => setOpen(true)}
          onFormat={onFormat}
          onBlur={leave}
          onEscape={() => area.current?.focus()}
        />
      )}
    </>
  );
});
