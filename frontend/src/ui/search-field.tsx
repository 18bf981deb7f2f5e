import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';

import filters from './filters.module.css';

const PAUSE_MS = 250;

interface SearchFieldProps {
  label: string;
  /** What is searched for now, as the address says. */
  value: string | undefined;
  onSearch: (value: string | undefined) => void;
}

/** Searches a list once typing pauses: one step in the way back for a word, not for each of its letters. */
export function SearchField({ label, value = '', onSearch }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const applied = useRef(value);
  const [page] = useState(() => location.pathname);
  // Cleared or chosen elsewhere: the field follows. What it asked for itself may be behind what is typed by now.
  useEffect(() => {
    if (applied.current === value) return;
    applied.current = value;
    setText(value);
  }, [value]);
  const apply = useDebouncedCallback((typed: string) => {
    // A person who has gone on while the next page still loads is not called back.
    if (location.pathname !== page) return;
    applied.current = typed.trim();
    onSearch(applied.current || undefined);
  }, PAUSE_MS);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      className={filters.search}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        apply(event.currentTarget.value);
      }}
    />
  );
}
