import type { TFunction } from 'i18next';
import { framesOf } from '@/core/run/rounds';

/** Where a step stands inside loops, in words: "Item 4, round 2". Empty outside of all. */
export function scopeWords(t: TFunction, scope: string): string {
  const words = framesOf(scope).map((frame) => t(`runs.place.${frame.kind}`, { number: frame.index + 1 }));
  return words.map((word, index) => (index === 0 ? word : word.toLowerCase())).join(', ');
}
