import { getViewportForBounds, type Rect, type Viewport } from '@xyflow/react';

/** Fit shows every step, never larger than life. */
export const FIT = { padding: { x: '28px', y: '64px' }, maxZoom: 1, minZoom: 0.05 } as const;

const MIDDLE_FROM = 0.28;
const NEAR_FROM = 0.62;

/** How much of a card can be read: everything, its name in large letters, or only its colour and icon. */
export type Reading = 'near' | 'middle' | 'far';

export function readingAt(zoom: number): Reading {
  if (zoom >= NEAR_FROM) return 'near';
  return zoom >= MIDDLE_FROM ? 'middle' : 'far';
}

const BEGINNING = { zoom: 0.45, margin: 28 };

/** What is seen first: every step while names can be read, else the beginning, at a size at which they can. */
export function openingView(all: Rect, first: Rect, room: { width: number; height: number }): Viewport {
  const whole = getViewportForBounds(all, room.width, room.height, FIT.minZoom, FIT.maxZoom, FIT.padding);
  if (readingAt(whole.zoom) !== 'far') return whole;
  const { zoom, margin } = BEGINNING;
  return { zoom, x: margin - first.x * zoom, y: room.height / 2 - (first.y + first.height / 2) * zoom };
}

/** How long the view glides, in milliseconds; not at all for people who asked for less motion. */
export function glide(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 180;
}
