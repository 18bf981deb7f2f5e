import { useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './page-tabs.module.css';

/** The pages that belong together, each a link with an address of its own. The one that is open is in sight. */
export function PageTabs({ label, children }: { label: string; children: ReactNode }) {
  const bar = useRef<HTMLElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another open tab
  useEffect(() => {
    const tabs = bar.current;
    const open = tabs?.querySelector<HTMLElement>('[data-status="active"]');
    if (!tabs || !open) return;
    const box = open.getBoundingClientRect();
    const middle = box.left + box.width / 2 - tabs.getBoundingClientRect().left;
    tabs.scrollLeft += middle - tabs.clientWidth / 2;
  }, [path]);
  return (
    <nav ref={bar} aria-label={label} className={classes.tabs}>
      {children}
    </nav>
  );
}
