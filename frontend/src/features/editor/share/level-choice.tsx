import { Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Level } from '@/api/types';
import classes from './share.module.css';

const LEVELS: Level[] = ['use', 'edit'];

interface LevelChoiceProps {
  label: string;
  value: Level;
  onChange(level: Level): void;
  /** In a row the label is for screen readers only. */
  quiet?: boolean;
}

/** Can use or can edit, each with what it means. */
export function LevelChoice({ label, value, onChange, quiet = false }: LevelChoiceProps) {
  const { t } = useTranslation();
  return (
    <Select
      className={classes.level}
      {...(quiet ? { 'aria-label': label } : { label })}
      allowDeselect={false}
      checkIconPosition="right"
      comboboxProps={{ width: 260, position: 'bottom-end' }}
      data={LEVELS.map((level) => ({ value: level, label: t(`sharing.level.${level}`) }))}
      value={value}
      onChange={(next) => next && next !== value && onChange(next as Level)}
      renderOption={({ option }) => (
        <span>
          {option.label}
          <Text span size="xs" c="dimmed" display="block">
            {t(`sharing.level.${option.value as Level}Text`)}
          </Text>
        </span>
      )}
    />
  );
}

/** A day in the address of an input, as the moment when it ends where the person is. */
export function endOf(day: string): string | null {
  if (!day) return null;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}

/** The other way round: the last day on which it still holds. */
export function lastDay(moment: string | null): string {
  if (!moment) return '';
  const at = new Date(new Date(moment).getTime() - 1);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

export function tomorrow(): string {
  const now = new Date();
  return lastDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() + 2).toISOString());
}
