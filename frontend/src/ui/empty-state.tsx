import { Text } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

interface EmptyStateProps {
  icon: Icon;
  title: string;
  text?: ReactNode;
  action?: ReactNode;
}

/** What this is, why it is empty, and one thing to do about it. */
export function EmptyState({ icon: Glyph, title, text, action }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <span className={classes.icon}>
        <Glyph size={24} stroke={1.6} aria-hidden />
      </span>
      <Text fw={600} size="lg" component="p">
        {title}
      </Text>
      {text && (
        <Text c="dimmed" maw={440} component="p">
          {text}
        </Text>
      )}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  );
}
