import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { told } from '../told';
import { endOf, tomorrow } from './grant-days';
import { LevelChoice, type LevelWords } from './level-choice';
import classes from './sharing.module.css';

const PAUSE_MS = 150;

interface Found {
  id: string;
  name: string;
  email?: string;
}

export interface NewGrant<Level extends string> {
  user?: string;
  team?: string;
  level: Level;
  expires_at: string | null;
}

interface GrantFormProps<Level extends string> {
  /** Those that fit what was asked for last. */
  people: readonly Found[];
  teams: readonly Found[];
  onSearch(text: string): void;
  /** What can be allowed; the first is usual. */
  levels: readonly [LevelWords<Level>, ...LevelWords<Level>[]];
  error: unknown;
  busy: boolean;
  /** `done` is called when it is shared; the form is then empty again. */
  onShare(grant: NewGrant<Level>, name: string, done: () => void): void;
}

/** Names another person or team. */
export function GrantForm<Level extends string>(props: GrantFormProps<Level>) {
  const { people, teams, onSearch, levels, error, busy, onShare } = props;
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const ask = useDebouncedCallback(onSearch, PAUSE_MS);
  const [who, setWho] = useState<{ key: string; name: string } | null>(null);
  const [level, setLevel] = useState<Level>(levels[0].level);
  const [until, setUntil] = useState('');
  const [tried, setTried] = useState(false);
  const names = new Map<string, string>([
    ...people.map((one) => [`user:${one.id}`, one.name] as const),
    ...teams.map((one) => [`team:${one.id}`, one.name] as const),
  ]);
  if (who) names.set(who.key, who.name);
  const group = (kind: 'user' | 'team', items: readonly Found[]) =>
    items.map((one) => ({ value: `${kind}:${one.id}`, label: one.email ? `${one.name} · ${one.email}` : one.name }));
  const submit = () => {
    setTried(true);
    if (!who) return;
    const [kind = '', id = ''] = who.key.split(':');
    onShare({ [kind]: id, level, expires_at: endOf(until) }, who.name, () => {
      setWho(null);
      setSearch('');
      onSearch('');
      setTried(false);
    });
  };
  const wrong = error ? told(error) : tried && !who ? t('sharing.add.needsWho') : undefined;
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
        onSearchChange={(text) => {
          setSearch(text);
          // The name that was chosen is no search: the others stay on offer.
          ask(who?.name === text ? '' : text);
        }}
        data={[
          { group: t('sharing.add.people'), items: group('user', people) },
          { group: t('sharing.add.teams'), items: group('team', teams) },
        ].filter((one) => one.items.length > 0)}
        value={who?.key ?? null}
        onChange={(key) => setWho(key ? { key, name: names.get(key) ?? '' } : null)}
        filter={({ options }) => options}
        error={wrong}
      />
      <LevelChoice label={t('sharing.add.level')} levels={levels} value={level} onChange={(next) => setLevel(next)} />
      <TextInput
        className={classes.until}
        label={t('sharing.add.until')}
        type="date"
        min={tomorrow()}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
      <Button loading={busy} onClick={submit} className={classes.give}>
        {t('sharing.add.submit')}
      </Button>
    </div>
  );
}
