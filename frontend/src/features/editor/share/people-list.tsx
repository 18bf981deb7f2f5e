import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PersonAccess } from '@/api/types';
import rows from '@/ui/sharing/sharing.module.css';
import classes from './share.module.css';

type RoleName = 'words.role.owner.name';

/** Everybody who has access at this moment, and why. */
export function PeopleList({ people, more }: { people: PersonAccess[]; more: number }) {
  const { t } = useTranslation();
  const why = (person: PersonAccess) => {
    const roles = person.ways
      .filter((way) => way.kind === 'role')
      .map((way) => t(`words.role.${way.name}.name` as RoleName));
    const parts = person.ways
      .filter((way) => way.kind !== 'role')
      .map((way) => t(`sharing.people.${way.kind as 'owner' | 'grant'}`));
    return [...parts, ...(roles.length > 0 ? [t('sharing.people.role', { roles: roles.join(', ') })] : [])].join(', ');
  };
  return (
    <details className={classes.fold}>
      <summary>
        {t('sharing.people.title')} ({people.length + more})
      </summary>
      <ul className={rows.list} aria-label={t('sharing.people.title')}>
        {people.map((person) => (
          <li key={person.user.id} className={rows.row}>
            <span className={rows.person}>
              <Text fw={550} truncate>
                {person.user.name}
              </Text>
              <Text size="xs" c="dimmed">
                {why(person)}
              </Text>
            </span>
            <span className={rows.mark}>{t(`sharing.people.${person.degree}`)}</span>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <Text size="sm" c="dimmed">
          {t('sharing.people.more', { count: more })}
        </Text>
      )}
    </details>
  );
}
