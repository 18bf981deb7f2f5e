import { Text } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { dateTime } from '@/core/time';

/** What the list is narrowed to by where one came from, in words. */
export function ListScope() {
  const { t } = useTranslation();
  const { problem, open, saving, since } = useSearch({ from: '/authed/shell/runs' });
  const words = [
    problem && t('runs.scope.problem', { message: problem }),
    open && t('runs.scope.open'),
    saving && t('runs.scope.saving'),
    since && t('runs.scope.since', { since: dateTime(new Date(since)) }),
  ].filter(Boolean);
  if (words.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {words.join(' ')}
    </Text>
  );
}
