import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/client';
import { dateTime } from '@/core/time';
import { ProblemAlert } from '@/ui/problem-alert';

/** A deed that was not done. Where somebody was faster: who, and when. What is wrong in a field stands at the field. */
export function Refused({ error }: { error: Error }) {
  const { t } = useTranslation();
  if (isApiError(error) && error.status === 422) return null;
  if (!isApiError(error) || error.status !== 409) return <ProblemAlert error={error} />;
  const at = error.problem.current?.at;
  return (
    <ProblemAlert error={error} title={t('tasks.faster')}>
      {typeof at === 'string' && <Text c="dimmed">{dateTime(new Date(at))}</Text>}
    </ProblemAlert>
  );
}
