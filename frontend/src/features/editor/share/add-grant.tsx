import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCandidates, useShare } from '@/api/sharing';
import type { Level } from '@/api/types';
import { toast } from '@/ui/toasts';
import { told } from '@/ui/told';
import { endOf, LevelChoice, tomorrow } from './level-choice';
import classes from './share.module.css';

/** Names another person or team. */
export function AddGrant({ workflow }: { workflow: string }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, 150);
  const [who, setWho] = useState<{ key: string; name: string } | null>(null);
  const [level, setLevel] = useState<Level>('use');
  const [until, setUntil] = useState('');
  const [tried, setTried] = useState(false);
  const candidates = useCandidates(workflow, who?.name === asked ? '' : asked).data;
  const share = useShare(workflow);
  const teams = candidates?.teams ?? [];
  const people = candidates?.people ?? [];
  const names = new Map<string, string>([
    ...people.map((one) => [`user:${one.id}`, one.name] as const),
    ...teams.map((one) => [`team:${one.id}`, one.name] as const),
  ]);
  if (who) names.set(who.key, who.name);
  const group = (kind: 'user' | 'team', items: { id: string; name: string; email?: string }[]) =>
    items.map((one) => ({ value: `${kind}:${one.id}`, label: one.email ? `${one.name} · ${one.email}` : one.name }));
  const submit = () => {
    setTried(true);
    if (!who) return;
    const [kind = '', id = ''] = who.key.split(':');
    share.mutate(
      { do: 'share', grant: { [kind]: id, level, expires_at: endOf(until) } },
      {
        onSuccess: () => {
          toast.done(t('sharing.add.done', { name: who.name }));
          setWho(null);
          setSearch('');
          setTried(false);
        },
      },
    );
  };
  const error = share.error ? told(share.error) : tried && !who ? t('sharing.add.needsWho') : undefined;
  return (
    <div className={classes.add}>
      <Select
        className={classes.who}
        label={t('sharing.add.who')}
        placeholder={t('sharing.add.placeholder')}
        data-autofocus
        searchable
        clearable
        nothingFoundMessage={t('sharing.add.nobody')}
        searchValue={search}
        onSearchChange={setSearch}
        data={[
          { group: t('sharing.add.people'), items: group('user', people) },
          { group: t('sharing.add.teams'), items: group('team', teams) },
        ].filter((one) => one.items.length > 0)}
        value={who?.key ?? null}
        onChange={(key) => setWho(key ? { key, name: names.get(key) ?? '' } : null)}
        filter={({ options }) => options}
        error={error}
      />
      <LevelChoice label={t('sharing.add.level')} value={level} onChange={setLevel} />
      <TextInput
        className={classes.until}
        label={t('sharing.add.until')}
        type="date"
        min={tomorrow()}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
      <Button loading={share.isPending} onClick={submit} className={classes.give}>
        {t('sharing.add.submit')}
      </Button>
    </div>
  );
}
