import { Textarea } from '@mantine/core';
import type { WidgetProps } from '@rjsf/utils';
import type { KeyboardEvent } from 'react';
import { useRef } from 'react';
import { described } from './described';
import { indent } from './indent';

/** Lines of code: Tab moves lines in and out; after Escape it leaves the field again. */
export function CodeWidget({ id, value, onChange, onBlur, readonly, schema }: WidgetProps) {
  const leaving = useRef(false);
  const [example] = (schema.examples as unknown[] | undefined) ?? [];
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Escape') {
      leaving.current = true;
      // The panel around would close.
      event.preventDefault();
      return;
    }
    const leave = leaving.current;
    leaving.current = false;
    if (event.key !== 'Tab' || leave) return;
    event.preventDefault();
    const area = event.currentTarget;
    const next = indent({ text: area.value, from: area.selectionStart, to: area.selectionEnd }, event.shiftKey);
    onChange(next.text);
    requestAnimationFrame(() => area.setSelectionRange(next.from, next.to));
  };
  return (
    <Textarea
      id={id}
      disabled={Boolean(readonly)}
      {...described(id)}
      autosize
      minRows={6}
      maxRows={24}
      spellCheck={false}
      autoCapitalize="off"
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13, whiteSpace: 'pre' } }}
      value={value ?? ''}
      placeholder={typeof example === 'string' ? example : undefined}
      onKeyDown={onKey}
      onBlur={() => onBlur(id, value)}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
    />
  );
}
