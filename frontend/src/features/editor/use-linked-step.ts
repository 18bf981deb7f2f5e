import { notifications } from '@mantine/notifications';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { nodeByKey } from '@/core/graph/document';
import { toast } from '@/ui/toasts';
import { writeClipboard } from './clipboard-access';
import { graphOf, useEditorWorld } from './editor-store';

/** `?step=` in the address chooses that step, once; gives a way to copy such an address. */
export function useLinkedStep(): (step: string) => Promise<void> {
  const { t } = useTranslation();
  const { workflow, store } = useEditorWorld();
  const { step } = useSearch({ strict: false }) as { step?: string };
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (!step || shown.current === step) return;
    shown.current = step;
    if (nodeByKey(graphOf(store.getState()), step)) store.actions.select([step]);
    else notifications.show({ message: t('editor.link.gone'), color: 'yellow', role: 'alert' });
  }, [step, store, t]);

  return async (key) => {
    const link = `${location.origin}/workflows/${workflow}?step=${encodeURIComponent(key)}`;
    if (await writeClipboard(link)) toast.done(t('editor.menu.linkCopied'), 'link');
    else notifications.show({ message: t('editor.link.byHand', { link }), autoClose: false, role: 'alert' });
  };
}
