import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePageTitle } from '@/ui/page';
import classes from './door.module.css';

/** The frame of the pages before the sign-in: the mark, one card, nothing else. */
export function Door({ title, lead, children }: { title: string; lead?: ReactNode; children?: ReactNode }) {
  usePageTitle(title);
  return (
    <main className={classes.door}>
      <div className={classes.column}>
        <div className={classes.brand}>
          <img src="/static/logo.svg" alt="" width={36} height={36} />
          <span>Tutti</span>
        </div>
        <div className={classes.card}>
          <Title order={1}>{title}</Title>
          {lead && (
            <Text c="dimmed" mt={4}>
              {lead}
            </Text>
          )}
          {children && <div className={classes.content}>{children}</div>}
        </div>
      </div>
    </main>
  );
}
