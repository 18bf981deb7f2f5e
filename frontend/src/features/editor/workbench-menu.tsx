import { type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MenuAt } from '@/canvas/use-canvas-menu';
import type { CanvasView } from '@/canvas/use-canvas-view';
import { CanvasMenu } from './canvas-menu';
import { useEditorWorld } from './editor-store';
import type { Several } from './group-entries';
import { menuEntries } from './menu-entries';
import type { StepActions } from './step-actions';
import { useClipboard } from './use-clipboard';
import { useLinkedStep } from './use-linked-step';
import { covered } from './use-shortcuts';

/** The menu over the canvas with everything it needs; `open` is handed to the canvas. */
export function useWorkbenchMenu(
  steps: StepActions,
  view: RefObject<CanvasView | null>,
  reach: { find(): void; help(): void },
  several: Several,
) {
  const { t } = useTranslation();
  const world = useEditorWorld();
  const [at, setAt] = useState<MenuAt | null>(null);
  const clipboard = useClipboard(steps, view, covered);
  const copyLink = useLinkedStep();
  const canvas = {
    fit: () => view.current?.fit(),
    holdLine: (step: string) => view.current?.holdLine(step),
    writeNote: (note: string) => view.current?.writeNote(note),
    copyLink: (step: string) => void copyLink(step),
  };
  const menu = at && (
    <CanvasMenu
      key={`${at.point.x} ${at.point.y}`}
      at={at}
      groups={menuEntries(at, world, steps, { ...clipboard, ...canvas, ...reach }, several, t)}
      onClose={() => setAt(null)}
    />
  );
  return { menu, open: setAt };
}
