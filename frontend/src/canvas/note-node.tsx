import type { NodeProps } from '@xyflow/react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCanvas } from './canvas-context';
import type { NoteFlowNode } from './flow-mapper';
import classes from './note-node.module.css';

/** A note on the canvas; double click (or typing into it when new) edits it in place. */
export const NoteNode = memo(function NoteNode({ data, selected }: NodeProps<NoteFlowNode>) {
  const { t } = useTranslation();
  const { editing } = useCanvas();
  const { note } = data;
  const [open, setOpen] = useState(note.text === '' && editing !== null);
  if (open && editing) {
    return (
      <textarea
        className={`${classes.note} nodrag nowheel nopan`}
        data-colour={note.colour}
        aria-label={t('editor.canvas.note')}
        defaultValue={note.text}
        placeholder={t('editor.canvas.notePlaceholder')}
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to write here.
        autoFocus
        onBlur={(event) => {
          setOpen(false);
          editing.onChangeNote(note.id, event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
    );
  }
  return (
    <div
      className={classes.note}
      data-colour={note.colour}
      data-selected={selected || undefined}
      role="note"
      onDoubleClick={() => setOpen(true)}
    >
      {note.text || <span className={classes.empty}>{t('editor.canvas.notePlaceholder')}</span>}
    </div>
  );
});
