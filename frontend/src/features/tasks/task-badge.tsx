import { useTranslation } from 'react-i18next';
import type { TaskItem } from '@/api/types';
import { Badge } from '@/ui/status-badge';

/** Where a task stands: open, taken, or how it was answered. */
export function TaskBadge({ task }: { task: TaskItem }) {
  const { t } = useTranslation();
  if (task.decision === 'approved') return <Badge shown="done" label={t('tasks.state.approved')} />;
  if (task.decision === 'completed') return <Badge shown="done" label={t('tasks.state.completed')} />;
  if (task.decision === 'rejected') return <Badge shown="stopped" label={t('tasks.state.rejected')} />;
  if (task.state === 'open') return <Badge shown="needs-you" label={t('tasks.state.open')} />;
  if (task.state === 'taken') return <Badge shown="needs-you" label={t('tasks.state.taken')} />;
  return <Badge shown="stopped" label={t(`tasks.state.${task.state}`)} />;
}
