import { ActionIcon, Text, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dateTime, dayOf } from '@/core/time';
import { DayInput } from '../day-input';
import { endOf, lastDay, tomorrow } from './grant-days';
import { LevelChoice, type LevelWords } from './level-choice';
import classes from './sharing.module.css';

interface Named<Level extends string> {
  user?: { name: string; email: string } | null;
  team: { name: string } | null;
  level: Level;
  expires_at?: string | null;
  expired: boolean;
}

interface NamedGrantProps<Level extends string> {
  grant: Named<Level>;
  levels: readonly LevelWords<Level>[];
  /** Does it and says that it is done. */
  onChange(changes: { level?: Level; expires_at?: string | null }, done: string): void;
  onRemove(done: string): void;
}

/** Somebody it is shared with: what they may, until when, and the way to end it. */
export function NamedGrant<Level extends string>({ grant, levels, onChange, onRemove }: NamedGrantProps<Level>) {
  const { t } = useTranslation();
  const name = grant.user?.name ?? grant.team?.name ?? '';
  const ended = grant.expired && grant.expires_at;
  const words = (level: Level) => levels.find((one) => one.level === level)?.name ?? level;
  return (
    <li className={classes.row} data-ended={ended ? true : undefined}>
      <Who name={name} below={grant.user?.email ?? t('sharing.named.team')}>
        {ended && (
          <Text size="xs" className={classes.ended}>
            {t('sharing.named.expired', { when: dateTime(new Date(ended)) })}
          </Text>
        )}
      </Who>
      <LevelChoice
        quiet
        label={t('sharing.named.change', { name })}
        levels={levels}
        value={grant.level}
        onChange={(level) => onChange({ level }, t('sharing.named.changed', { name, level: words(level) }))}
      />
      <DayInput
        className={classes.until}
        aria-label={t('sharing.named.end', { name })}
        min={tomorrow()}
        value={lastDay(grant.expires_at ?? null)}
        onChange={(day) => {
          const done = day ? t('sharing.named.until', { when: dayOf(day).words }) : t('sharing.add.noEnd');
          onChange({ expires_at: endOf(day) }, `${name}: ${done}`);
        }}
      />
      <Tooltip label={t('sharing.named.remove', { name })}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('sharing.named.remove', { name })}
          onClick={() => onRemove(t('sharing.named.removed', { name }))}
        >
          <IconTrash size={17} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}

export function Who({ name, below, children }: { name: string; below: string; children?: ReactNode }) {
  return (
    <span className={classes.person}>
      <Text fw={550} truncate>
        {name}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {below}
      </Text>
      {children}
    </span>
  );
}
