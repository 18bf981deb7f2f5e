import { Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import classes from './page.module.css';

interface PageProps {
  title: string;
  /** Shown instead of the plain title, inside the `h1`. */
  heading?: ReactNode;
  lead?: ReactNode;
  /** A way back, above the title. */
  back?: ReactNode;
  actions?: ReactNode;
  width?: 'wide' | 'narrow' | 'full';
  children: ReactNode;
}

/** The frame of every page: its one `h1`, what can be done with the whole of it, its content. */
export function Page({ title, heading, lead, back, actions, width = 'wide', children }: PageProps) {
  usePageTitle(title);
  return (
    <div className={classes.page} data-width={width}>
      <header className={classes.head}>
        <div className={classes.titles}>
          {back}
          <Title order={1} className={classes.title}>
            {heading ?? title}
          </Title>
          {lead && (
            <Text component="div" c="dimmed">
              {lead}
            </Text>
          )}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function usePageTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · Tutti` : 'Tutti';
  }, [title]);
}
