import type { TFunction } from 'i18next';

const TASKS = ['classify', 'extract', 'score', 'chat'] as const;

/** What a model is for, in words. */
export function taskWord(t: TFunction, task: string): string {
  const known = TASKS.find((one) => one === task);
  return known ? t(`assets.task.${known}`) : task;
}
