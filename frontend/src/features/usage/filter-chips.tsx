import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAsset } from '@/api/assets';
import { type UsageFilters, useUsage } from '@/api/usage';
import { day as dayWords } from '@/core/time';
import classes from './usage.module.css';

type Key = 'day' | 'workflow' | 'asset' | 'person' | 'failed';

/** What the figures are narrowed to, each with a way to take it back. */
export function FilterChips({ asked }: { asked: UsageFilters }) {
  const { t } = useTranslation();
  const chips: { key: Key; name: string }[] = [];
  const workflow = useNameOf('workflow', asked);
  const person = useNameOf('person', asked);
  const asset = useAssetTitle(asked.asset);
  if (asked.day) chips.push({ key: 'day', name: dayWords(new Date(asked.day), undefined, 'UTC') });
  if (asked.workflow) chips.push({ key: 'workflow', name: workflow });
  if (asked.asset) chips.push({ key: 'asset', name: asset });
  if (asked.person) chips.push({ key: 'person', name: person });
  if (asked.failed) chips.push({ key: 'failed', name: t('usage.column.errors') });
  if (chips.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label={t('usage.filters')}>
      {chips.map(({ key, name }) => (
        <li key={key}>
          <Chip filter={key} name={name} />
        </li>
      ))}
    </ul>
  );
}

function Chip({ filter, name }: { filter: Key; name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/usage' });
  return (
    <Button
      size="compact-sm"
      variant="default"
      radius="xl"
      rightSection={<IconX size={14} aria-hidden />}
      aria-label={t('usage.without', { name })}
      onClick={() => void navigate({ search: (old) => ({ ...old, [filter]: undefined }) })}
    >
      {name}
    </Button>
  );
}

/** What is narrowed to one workflow or person has one row, and that tells its name. */
function useNameOf(by: 'workflow' | 'person', asked: UsageFilters): string {
  const { t } = useTranslation();
  const wanted = asked[by];
  const usage = useUsage(by, wanted ? asked : { days: 1, day: '2000-01-01' });
  if (wanted === 'none') return t(`usage.none.${by}`);
  return usage.data?.rows.find((row) => row.key === wanted)?.name || t(`usage.unnamed.${by}`);
}

function useAssetTitle(id: string | undefined): string {
  const { t } = useTranslation();
  const asset = useAsset(id ?? '', id !== undefined);
  return asset.data?.title ?? t('usage.unnamed.asset');
}
