import type { ReplacementItem } from '@/api/types';

/** The state of a replacement as one of the states that have a colour and an icon. */
export const SHOWN_STATE = {
  asked: 'needs-you',
  shadow: 'running',
  canary: 'running',
  done: 'done',
  stopped: 'stopped',
  refused: 'skipped',
  taken_back: 'stopped',
} as const satisfies Record<ReplacementItem['state'], string>;
