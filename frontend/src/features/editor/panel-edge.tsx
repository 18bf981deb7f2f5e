import { clamp } from '@mantine/hooks';
import { type PointerEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreference } from '@/api/preferences';
import classes from './step-panel.module.css';

const USUAL = 400;
const LEAST = 360;
const MOST = 560;
const STEP = 20;

/** How wide the panel stands: while its edge is drawn, and kept for the person once it is let go. */
export function usePanelWidth() {
  const [kept, keep] = usePreference('panel_width');
  const [drawn, resize] = useState<number | null>(null);
  return {
    width: drawn ?? kept ?? USUAL,
    resize: (width: number) => resize(clamp(width, LEAST, MOST)),
    keep: (width: number) => {
      keep(clamp(width, LEAST, MOST));
      resize(null);
    },
  };
}

export interface PanelEdgeProps {
  width: number;
  onResize(width: number): void;
  onKeep(width: number): void;
}

/** The left edge of the panel: drawn with the pointer, or moved by the arrow keys. */
export function PanelEdge({ width, onResize, onKeep }: PanelEdgeProps) {
  const { t } = useTranslation();
  const asked = (event: PointerEvent<HTMLElement>) => {
    const right = event.currentTarget.parentElement?.getBoundingClientRect().right ?? 0;
    return Math.round(right - event.clientX);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule that can be moved is a separator with a value.
    <div
      role="separator"
      className={classes.edge}
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('editor.panel.width')}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={width}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onResize(asked(event));
      }}
      onPointerUp={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onKeep(asked(event));
      }}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowLeft' ? STEP : event.key === 'ArrowRight' ? -STEP : 0;
        if (by === 0) return;
        event.preventDefault();
        onKeep(width + by);
      }}
    />
  );
}
