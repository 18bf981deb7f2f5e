import { TextInput, type TextInputProps } from '@mantine/core';
import { useEffect, useState } from 'react';

interface DayInputProps extends Omit<TextInputProps, 'type' | 'value' | 'onChange' | 'onBlur'> {
  /** Such as "2027-01-31"; empty: none. */
  value: string;
  onChange: (day: string) => void;
}

/** A day that takes effect at once, but not while it is typed: on the way to 2027 lie the years 2, 20 and 202. */
export function DayInput({ value, onChange, ...input }: DayInputProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <TextInput
      {...input}
      type="date"
      value={text}
      onChange={({ currentTarget: { value: typed, validity } }) => {
        setText(typed);
        if (validity.valid && !typed.startsWith('0')) onChange(typed);
      }}
      onBlur={() => setText(value)}
    />
  );
}
