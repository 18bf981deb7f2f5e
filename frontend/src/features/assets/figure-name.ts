import type { TFunction } from 'i18next';
import { label } from '@/core/values';

/** Any of the names; a figure of a check that people wrote has its own. */
type Known = 'quality.figureName.accuracy';

export function figureName(t: TFunction, name: string): string {
  return t(`quality.figureName.${name}` as Known, { defaultValue: label(name) });
}
