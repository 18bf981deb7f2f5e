import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RunItem } from '@/api/types';

/** What starts runs. */
export const HOWS = [
  'manual',
  'terminal',
  'file',
  'link',
  'repeat',
  'schedule',
  'form',
  'message',
  'alert',
  'workflow',
  'agent',
  'items',
  'training',
] as const;
type How = (typeof HOWS)[number];

/** Who started a run, and how. */
export function StartedBy({ run }: { run: RunItem }) {
  const { t } = useTranslation();
  const how = HOWS.includes(run.how as How) ? t(`runs.how.${run.how as How}`) : run.how;
  return run.started_by ? (
    <>
      {run.started_by.name}{' '}
      <Text span size="xs" c="dimmed">
        {how}
      </Text>
    </>
  ) : (
    how
  );
}
