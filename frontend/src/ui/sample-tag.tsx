import { IconPinned } from '@tabler/icons-react';
import classes from './status-badge.module.css';

/** The violet of everything that is sample or test data. */
export function SampleTag({ label }: { label: string }) {
  return (
    <span className={classes.badge} data-tone="sample">
      <IconPinned size={14} aria-hidden />
      {label}
    </span>
  );
}
