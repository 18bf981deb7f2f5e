import type { TFunction } from 'i18next';
import type { Schemas } from '@/api/types';

export const TASKS = [
  'classify',
  'extract',
  'score',
  'chat',
  'embed',
  'predict',
  'detect',
  'forecast',
] as const satisfies readonly Schemas['AssetTask'][];

/** What a model is for, in words. Empty for the other kinds. */
export function taskWord(t: TFunction, task: string): string {
  const known = TASKS.find((one) => one === task);
  return known ? t(`assets.task.${known}`) : task;
}
