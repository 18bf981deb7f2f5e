import { CloseButton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './selection-bar.module.css';

interface SelectionBarProps {
  label: string;
  /** How many are chosen, in words. */
  chosen: string;
  /** Name of the button that chooses none. */
  clear: string;
  onClear: () => void;
  children: ReactNode;
}

/** Above a list with chosen rows: how many, and what can be done to all of them at once. */
export function SelectionBar({ label, chosen, clear, onClear, children }: SelectionBarProps) {
  return (
    <section className={classes.bar} aria-label={label}>
      <Text size="sm" fw={600} role="status">
        {chosen}
      </Text>
      {children}
      <CloseButton size="sm" ml="auto" aria-label={clear} onClick={onClear} />
    </section>
  );
}
