import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { dateTime, relativeTime } from '@/core/time';

/** "3 minutes ago", with the exact local time and zone behind it. */
export function TimeAgo({ at }: { at: string }) {
  const now = useNow(30_000);
  const date = new Date(at);
  return (
    <Tooltip label={dateTime(date)}>
      <time dateTime={at}>{relativeTime(date, now)}</time>
    </Tooltip>
  );
}

export function useNow(every: number, active = true): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(new Date()), every);
    return () => clearInterval(timer);
  }, [every, active]);
  return now;
}
