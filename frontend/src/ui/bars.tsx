import classes from './bars.module.css';

export interface Bar {
  key: string;
  /** What it says when it is pointed at. */
  label: string;
  /** Its height, 0 to 1; null: there is nothing to show. */
  share: number | null;
}

/** A few figures side by side, to see at a glance how they go. The numbers stand in a table beside it. */
export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  return (
    <div role="img" aria-label={label} className={classes.bars}>
      {bars.map(({ key, label: words, share }) => (
        <span key={key} className={classes.slot} title={words}>
          {share !== null && share > 0 && <span className={classes.bar} style={{ height: `${share * 100}%` }} />}
        </span>
      ))}
    </div>
  );
}
