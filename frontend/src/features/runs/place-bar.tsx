import { ActionIcon, Button, Group, Select, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconRoute } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '@/api/types';
import type { RunStep } from '@/core/run/model';
import { placeOf, waysOf } from '@/core/run/places';
import { type Followed, itemsOfScope } from '@/core/run/rounds';
import { scopeWords } from '@/ui/scope-words';
import classes from './run.module.css';

interface PlaceBarProps {
  run: Run;
  step: RunStep;
  /** Words of a way out: "Yes". */
  wayName: (port: string) => string;
  followed: Followed;
  onChoose: (step: number) => void;
  onFollow: (items: Followed) => void;
}

const ALL = '';

/** Which of the times a step ran is looked at, with what came in and what went out of exactly that one. */
export function PlaceBar({ run, step, wayName, followed, onChoose, onFollow }: PlaceBarProps) {
  const { t } = useTranslation();
  const [way, setWay] = useState(ALL);
  const all = run.steps.filter((one) => one.node === step.node);
  if (all.length < 2) return null;
  const ways = waysOf(all);
  const wanted = ways.some(([port]) => port === way) ? way : ALL;
  const times = wanted === ALL ? all : all.filter((one) => one.port === wanted);
  const { number, count, before, after } = placeOf(times, step);
  const items = itemsOfScope(step.scope);
  const following = Object.keys(items).length > 0 && same(items, followed);
  const choose = (next: string) => {
    setWay(next);
    const first = all.find((one) => next === ALL || one.port === next);
    if (first && next !== ALL && step.port !== next) onChoose(first.step);
  };
  return (
    <section className={classes.place} aria-label={t('runs.panel.item')}>
      <Group gap={6} wrap="nowrap">
        <ActionIcon
          variant="default"
          aria-label={t('runs.panel.timeBefore')}
          disabled={!before}
          onClick={() => before && onChoose(before.step)}
        >
          <IconChevronLeft size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={t('runs.panel.timeAfter')}
          disabled={!after}
          onClick={() => after && onChoose(after.step)}
        >
          <IconChevronRight size={16} aria-hidden />
        </ActionIcon>
        <Select
          size="xs"
          aria-label={t('runs.panel.item')}
          allowDeselect={false}
          searchable={times.length > 10}
          className={classes.placeSelect}
          data={times.map((one) => ({
            value: String(one.step),
            label: scopeWords(t, one.scope) || t('runs.place.outside'),
          }))}
          value={String(step.step)}
          onChange={(value) => value && onChoose(Number(value))}
        />
        <Text size="xs" c="dimmed" role="status">
          {t('runs.panel.timeOf', { number, count })}
        </Text>
      </Group>
      {(ways.length > 0 || Object.keys(items).length > 0) && (
        <Group gap={6}>
          {ways.length > 0 && (
            <Select
              size="xs"
              aria-label={t('runs.fact.path')}
              allowDeselect={false}
              className={classes.placeSelect}
              data={[
                { value: ALL, label: t('runs.panel.allWays', { count: all.length }) },
                ...ways.map(([port, times]) => ({
                  value: port,
                  label: t('runs.panel.wayWith', { name: wayName(port), count: times }),
                })),
              ]}
              value={wanted}
              onChange={(value) => choose(value ?? ALL)}
            />
          )}
          {Object.keys(items).length > 0 && (
            <Button
              size="compact-sm"
              variant={following ? 'light' : 'default'}
              leftSection={<IconRoute size={14} aria-hidden />}
              aria-pressed={following}
              onClick={() => onFollow(following ? {} : items)}
            >
              {t('runs.follow.button')}
            </Button>
          )}
        </Group>
      )}
    </section>
  );
}

function same(a: Followed, b: Followed): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
