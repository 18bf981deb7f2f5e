import { Avatar, Tooltip } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useUser } from '@/api/session';
import type { PersonRef } from '@/api/types';
import { useEditorActions } from './editor-store';
import classes from './presence.module.css';

/** So many are shown; the others are counted. */
const SHOWN = 3;

/** The others who have this workflow open now. */
export function Presence({ people }: { people: readonly PersonRef[] }) {
  const { t } = useTranslation();
  const { say } = useEditorActions();
  const me = useUser();
  const others = people.filter((one) => one.id !== me.id);
  const names = others.map((one) => one.name).join(', ');
  const known = useRef(new Set<string>());
  useEffect(() => {
    const come = others.filter((one) => !known.current.has(one.id)).map((one) => one.name);
    known.current = new Set(others.map((one) => one.id));
    if (come.length > 0) say(t('editor.presence.come', { names: come.join(', '), count: come.length }));
  }, [others, say, t]);
  if (others.length === 0) return null;
  const rest = others.slice(SHOWN);
  return (
    <ul className={classes.people} aria-label={t('editor.presence.title')} title={names}>
      {others.slice(0, SHOWN).map(({ id, name }) => (
        <li key={id}>
          <Tooltip label={t('editor.presence.here', { name })}>
            <Avatar name={name} color="initials" size={28} role="img" aria-label={name} />
          </Tooltip>
        </li>
      ))}
      {rest.length > 0 && (
        <li>
          <Avatar size={28} role="img" aria-label={rest.map((one) => one.name).join(', ')}>
            +{rest.length}
          </Avatar>
        </li>
      )}
    </ul>
  );
}
