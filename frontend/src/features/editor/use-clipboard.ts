import { notifications } from '@mantine/notifications';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CanvasView } from '@/canvas/use-canvas-view';
import type { Position } from '@/core/graph/document';
import { toast } from '@/ui/toasts';
import { readClipboard, writeClipboard } from './clipboard-access';
import { useEditorWorld } from './editor-store';
import type { PasteAt, StepActions } from './step-actions';

const writing = (target: EventTarget | null) =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"]') !== null;

export interface EditorClipboard {
  copy(): void;
  cut(): void;
  paste(at: Position): void;
}

/** Copy, cut and paste by the keys of the system, and the same for menus. */
export function useClipboard(
  steps: StepActions,
  view: RefObject<CanvasView | null>,
  covered: () => boolean,
): EditorClipboard {
  const { t } = useTranslation();
  const { readOnly } = useEditorWorld();
  const latest = useRef({ steps, covered });
  latest.current = { steps, covered };

  const own = useMemo(() => {
    const warn = (message: string) => notifications.show({ id: message, message, color: 'yellow', role: 'alert' });
    const tell = (kind: 'copied' | 'cut') => toast.done(t(`editor.${kind}`), kind);
    return {
      tell,
      put(text: string, where: PasteAt) {
        if (readOnly) return warn(t('editor.paste.locked'));
        const pasted = latest.current.steps.paste(text, where);
        if (pasted.kind === 'table') warn(t('editor.paste.table', { count: pasted.rows }));
        else if (pasted.kind !== 'pasted') warn(t(`editor.paste.${pasted.kind}`));
        else if (pasted.dropped.length > 0) warn(t('editor.paste.dropped', { count: pasted.dropped.length }));
      },
      warn,
    };
  }, [readOnly, t]);

  useEffect(() => {
    const take = (event: ClipboardEvent) => {
      if (writing(event.target) || !document.getSelection()?.isCollapsed || latest.current.covered()) return;
      const kind = event.type === 'cut' && !readOnly ? 'cut' : 'copied';
      const text = kind === 'cut' ? latest.current.steps.cut() : latest.current.steps.copy();
      if (!text) return;
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
      own.tell(kind);
    };
    const put = (event: ClipboardEvent) => {
      if (writing(event.target) || latest.current.covered()) return;
      event.preventDefault();
      own.put(event.clipboardData?.getData('text/plain') ?? '', { middle: view.current?.middle() ?? { x: 0, y: 0 } });
    };
    document.addEventListener('copy', take);
    document.addEventListener('cut', take);
    document.addEventListener('paste', put);
    return () => {
      document.removeEventListener('copy', take);
      document.removeEventListener('cut', take);
      document.removeEventListener('paste', put);
    };
  }, [own, readOnly, view]);

  return useMemo(() => {
    const take = async (kind: 'copied' | 'cut') => {
      const text = kind === 'cut' ? latest.current.steps.cut() : latest.current.steps.copy();
      if (text && (await writeClipboard(text))) own.tell(kind);
    };
    return {
      copy: () => void take('copied'),
      cut: () => void take('cut'),
      paste: async (at) => {
        const text = await readClipboard();
        if (text === null) own.warn(t('editor.menu.pasteByKeys', { keys: PASTE_KEYS }));
        else own.put(text, { at });
      },
    };
  }, [own, t]);
}

const PASTE_KEYS = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘V' : 'Ctrl+V';
