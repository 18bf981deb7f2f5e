import { useEffect, useRef } from 'react';
import { usePreference } from '@/api/preferences';

/** Changes with every round of news. */
const NEWS = '2026-11';

/**
 * What is new after an upgrade, shown once. For somebody who is here for the first time everything is new, so they are
 * only marked as up to date.
 */
export function useNews(): { unseen: boolean; close(): void } {
  const [seen, remember] = usePreference('news_seen');
  const marked = useRef(false);
  useEffect(() => {
    // Once: a server that cannot take it is not asked again and again.
    if (seen !== undefined || marked.current) return;
    marked.current = true;
    remember(NEWS);
  }, [seen, remember]);
  return { unseen: seen !== undefined && seen !== NEWS, close: () => remember(NEWS) };
}
