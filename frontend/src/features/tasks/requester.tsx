import { useTranslation } from 'react-i18next';
import type { TaskItem } from '@/api/types';

/** Who wants the answer: the person who started the run, or what started it. */
export function useRequester() {
  const { t } = useTranslation();
  return (task: TaskItem) => task.requester?.name ?? t(`runs.how.${task.how}`);
}

/** The people who are asked, by their roles. */
export function useAsked() {
  const { t, i18n } = useTranslation();
  const list = new Intl.ListFormat(i18n.language, { type: 'disjunction' });
  return (task: TaskItem) => list.format(task.roles.map((role) => t(`words.role.${role as 'approver'}.name`)));
}
