import { useMemo, useState } from 'react';

export interface Chosen {
  keys: readonly string[];
  has(key: string): boolean;
  toggle(key: string): void;
  /** Chooses all of these, or none when they all are. */
  toggleAll(keys: readonly string[]): void;
  clear(): void;
}

/** Rows chosen in a list; those that are no longer in it are forgotten. */
export function useChosen(rows: readonly string[]): Chosen {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  return useMemo(() => {
    const keys = chosen.filter((key) => rows.includes(key));
    return {
      keys,
      has: (key) => keys.includes(key),
      toggle: (key) => setChosen(keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key]),
      toggleAll: (all) => setChosen(all.every((key) => keys.includes(key)) ? [] : all),
      clear: () => setChosen([]),
    };
  }, [chosen, rows]);
}
