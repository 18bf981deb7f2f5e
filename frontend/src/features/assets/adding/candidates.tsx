import { Button, Checkbox, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { How, Taken } from '@/api/tools';
import { label } from '@/core/values';
import { TextLink } from '@/ui/button-link';
import { Badge } from '@/ui/status-badge';
import classes from './adding.module.css';
import { HowFields } from './how-fields';

/** Something that another system offers and that can be taken as a tool. */
export interface Candidate {
  name: string;
  /** What stands beside the name: method and path. */
  source?: string;
  description: string;
  effect: 'read' | 'write' | 'keyed' | 'pure';
  taken: Taken | null;
  /** It is another than when it was taken. */
  changed?: boolean;
  /** Why it cannot be taken. */
  problem?: string;
}

export type Choice = Record<string, How>;

const SEARCHED_FROM = 9;

/** What is taken under which name and how, when nothing else is said. */
export function usualHow({ name, effect }: Candidate): How {
  return {
    title: label(
      name
        .replace(/[^A-Za-z0-9]+/g, '_')
        .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
        .toLowerCase(),
    ),
    effect,
    approval: 'writes',
  };
}

interface CandidatesProps {
  candidates: readonly Candidate[];
  chosen: Choice;
  onChange: (chosen: Choice) => void;
}

export function Candidates({ candidates, chosen, onChange }: CandidatesProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const words = search.trim().toLowerCase();
  const shown = candidates.filter(({ name, source = '', description }) =>
    `${name} ${source} ${description}`.toLowerCase().includes(words),
  );
  const free = shown.filter((one) => !one.taken && !one.problem);
  const all = free.length > 0 && free.every((one) => chosen[one.name]);
  const without = (names: readonly string[]) =>
    Object.fromEntries(Object.entries(chosen).filter(([name]) => !names.includes(name)));
  const toggleAll = () =>
    onChange(
      all
        ? without(free.map((one) => one.name))
        : { ...Object.fromEntries(free.map((one) => [one.name, usualHow(one)])), ...chosen },
    );
  const toggle = (one: Candidate) =>
    onChange(chosen[one.name] ? without([one.name]) : { ...chosen, [one.name]: usualHow(one) });
  return (
    <>
      <div className={classes.bar}>
        {candidates.length >= SEARCHED_FROM && (
          <TextInput
            className={classes.grow}
            type="search"
            aria-label={t('tools.search')}
            placeholder={t('tools.search')}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        <Text size="sm" c="dimmed" role="status">
          {t('tools.chosen', { count: Object.keys(chosen).length, total: candidates.length })}
        </Text>
        {free.length > 1 && (
          <Button size="compact-sm" variant="default" onClick={toggleAll}>
            {all ? t('tools.chooseNone') : t('tools.chooseAll')}
          </Button>
        )}
      </div>
      <ul className={classes.candidates}>
        {shown.map((one) => (
          <CandidateRow
            key={one.name}
            candidate={one}
            how={chosen[one.name]}
            onToggle={() => toggle(one)}
            onChange={(how) => onChange({ ...chosen, [one.name]: how })}
          />
        ))}
      </ul>
      {shown.length === 0 && <Text c="dimmed">{t('tools.noneFound')}</Text>}
    </>
  );
}

interface RowProps {
  candidate: Candidate;
  how: How | undefined;
  onToggle: () => void;
  onChange: (how: How) => void;
}

function CandidateRow({ candidate, how, onToggle, onChange }: RowProps) {
  const { t } = useTranslation();
  const { name, source, description, taken, problem } = candidate;
  return (
    <li className={classes.candidate} data-chosen={how ? true : undefined}>
      <div className={classes.candidateHead}>
        <Checkbox
          className={classes.candidateName}
          label={<strong>{name}</strong>}
          description={description}
          disabled={Boolean(problem)}
          checked={how !== undefined}
          onChange={onToggle}
        />
        {source && <code className={classes.source}>{source}</code>}
      </div>
      {problem && <Note>{t('tools.cannot', { reason: problem })}</Note>}
      {taken && <Known candidate={candidate} taken={taken} />}
      {how && (
        <div className={classes.how}>
          <TextInput
            label={t('tools.title')}
            aria-label={`${t('tools.title')}: ${name}`}
            maxLength={200}
            value={how.title}
            error={how.title.trim() ? null : t('tools.needsTitle')}
            onChange={(event) => onChange({ ...how, title: event.currentTarget.value })}
          />
          <HowFields name={name} {...how} onChange={(changes) => onChange({ ...how, ...changes })} />
        </div>
      )}
    </li>
  );
}

function Known({ candidate, taken }: { candidate: Candidate; taken: Taken }) {
  const { t } = useTranslation();
  return (
    <Note>
      <Badge
        shown={candidate.changed ? 'needs-you' : 'done'}
        label={candidate.changed ? t('tools.changed') : t('tools.taken')}
        quiet
      />{' '}
      <TextLink to="/assets/$id" params={{ id: taken.id }} size="sm">
        {taken.title}
      </TextLink>
    </Note>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed" mt={6} component="div">
      {children}
    </Text>
  );
}
