import { Select, Text } from '@mantine/core';
import classes from './sharing.module.css';

/** One thing that somebody can be allowed, in words. */
export interface LevelWords<Level extends string> {
  level: Level;
  name: string;
  /** What it means. */
  text: string;
}

interface LevelChoiceProps<Level extends string> {
  label: string;
  levels: readonly LevelWords<Level>[];
  value: Level;
  onChange(level: Level): void;
  /** In a row the label is for screen readers only. */
  quiet?: boolean;
}

/** What somebody may do, each choice with what it means. */
export function LevelChoice<Level extends string>(props: LevelChoiceProps<Level>) {
  const { label, levels, value, onChange, quiet = false } = props;
  const find = (key: string | null) => levels.find(({ level }) => level === key);
  return (
    <Select
      className={classes.level}
      {...(quiet ? { 'aria-label': label } : { label })}
      allowDeselect={false}
      checkIconPosition="right"
      comboboxProps={{ width: 260, position: 'bottom-end' }}
      data={levels.map(({ level, name }) => ({ value: level, label: name }))}
      value={value}
      onChange={(key) => {
        const next = find(key)?.level;
        if (next && next !== value) onChange(next);
      }}
      renderOption={({ option }) => (
        <span>
          {option.label}
          <Text span size="xs" c="dimmed" display="block">
            {find(option.value)?.text}
          </Text>
        </span>
      )}
    />
  );
}
