import { useHotkeys } from '@mantine/hooks';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '@/ui/toasts';
import { NAME_FIELD, useEditorWorld } from './editor-store';
import type { StepActions } from './step-actions';

const writing = (target: EventTarget | null) =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"]') !== null;

const dialogOpen = () => document.querySelector('[role="dialog"]') !== null;

/** Keys that work everywhere in the editor, but not while a dialog is open or something is being written. */
export function useShortcuts(steps: StepActions, onHelp: () => void) {
  const { t } = useTranslation();
  const { store, readOnly } = useEditorWorld();
  const when = (act: () => void) => () => {
    if (!readOnly && !dialogOpen()) act();
  };

  useHotkeys([
    ['mod+Z', when(steps.undo)],
    ['mod+shift+Z', when(steps.redo)],
    ['mod+Y', when(steps.redo)],
    ['mod+D', when(steps.duplicate)],
    ['mod+A', when(steps.selectAll)],
    ['/', when(() => store.actions.openLibrary({ kind: 'loose' }))],
    [
      'F2',
      when(() => {
        const [key] = store.getState().selected;
        if (key) store.actions.openStep(key, NAME_FIELD);
      }),
    ],
    ['shift+?', onHelp],
  ]);

  useEffect(() => {
    const onCopy = (event: ClipboardEvent) => {
      if (writing(event.target) || !document.getSelection()?.isCollapsed) return;
      const text = steps.copy();
      if (!text) return;
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
      toast.done(t('editor.copied'), 'copied');
    };
    const onPaste = (event: ClipboardEvent) => {
      if (readOnly || writing(event.target) || dialogOpen()) return;
      if (steps.paste(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault();
    };
    document.addEventListener('copy', onCopy);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('paste', onPaste);
    };
  }, [steps, readOnly, t]);
}
