import { getViewportForBounds, type Rect, type Viewport } from '@xyflow/react';

export const ZOOM = { least: 0.05, most: 1.75 };
const FIT_PADDING = { x: '28px', y: '64px' } as const;

const MIDDLE_FROM = 0.28;
const NEAR_FROM = 0.62;

/** How much of a card can be read: everything, its name in large letters, or only its colour and icon. */
export type Reading = 'near' | 'middle' | 'far';

export function readingAt(zoom: number): Reading {
  if (zoom >= NEAR_FROM) return 'near';
  return zoom >= MIDDLE_FROM ? 'middle' : 'far';
}

/** Below it nobody reads or hits what is small: buttons, badges and words on lines are not drawn at all. */
export const DETAIL_FROM = 0.4;

/** Below it the names of the whole are too small to begin with. */
const WHOLE_FROM = 0.33;
const BEGINNING = { zoom: 0.45, margin: 28 };

interface Room {
  width: number;
  height: number;
}

export function fitView(all: Rect, room: Room): Viewport {
  return getViewportForBounds(all, room.width, room.height, ZOOM.least, 1, FIT_PADDING);
}

/** What is seen first: every step while names can be read, else the beginning, at a size at which they can. */
export function openingView(all: Rect, first: Rect, room: Room): Viewport {
  const whole = fitView(all, room);
  if (whole.zoom >= WHOLE_FROM) return whole;
  const { zoom, margin } = BEGINNING;
  return { zoom, x: margin - first.x * zoom, y: room.height / 2 - (first.y + first.height / 2) * zoom };
}

const MARGIN = 24;

/** Whether all of a step can be seen, with some air around it. */
export function isSeen(card: Rect, { x, y, zoom }: Viewport, room: Room): boolean {
  const left = card.x * zoom + x;
  const top = card.y * zoom + y;
  return (
    left >= MARGIN &&
    top >= MARGIN &&
    left + card.width * zoom <= room.width - MARGIN &&
    top + card.height * zoom <= room.height - MARGIN
  );
}

/** How long the view glides, in milliseconds; not at all for people who asked for less motion. */
export function glide(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 180;
}
