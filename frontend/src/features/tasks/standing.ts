import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import type { Task } from '@/api/types';

export interface Standing {
  /** The person may answer now. */
  answers: boolean;
  /** Why not, or in what capacity. */
  words: string;
}

/** How a person stands to a task that is open. */
export function useStanding(task: Task): Standing {
  const { t } = useTranslation();
  const user = useUser();
  const no = (words: string): Standing => ({ answers: false, words });
  if (task.approvals > 1) {
    const own = task.given.find((one) => one.own);
    const left = { count: task.approvals, given: task.given.length };
    if (own) return no(t('tasks.reason.answered', left));
    if (!task.may_decide) return no(t('tasks.reason.role'));
    return { answers: true, words: t('tasks.several', left) };
  }
  if (task.state === 'taken' && task.assignee?.id === user.id) return { answers: true, words: t('tasks.yours') };
  if (task.state === 'taken') return no(t('tasks.reason.taken', { name: task.assignee?.name ?? t('tasks.somebody') }));
  return no(t(task.may_decide ? 'tasks.reason.take' : 'tasks.reason.role'));
}
