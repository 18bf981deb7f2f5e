import type { ReactNode } from 'react';
import classes from './status-badge.module.css';

interface TagProps {
  tone?: 'quiet' | 'running' | 'done' | 'attention';
  children: ReactNode;
}

/** A short word about a thing that is no state: a name it has, the class it belongs to. */
export function Tag({ tone = 'quiet', children }: TagProps) {
  return (
    <span className={`${classes.badge} ${classes.tag}`} data-tone={tone}>
      {children}
    </span>
  );
}
