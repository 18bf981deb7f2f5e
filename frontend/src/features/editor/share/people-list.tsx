import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCandidates } from '@/api/sharing';
import type { PersonAccess, Workflow } from '@/api/types';
import { AskPerson } from '@/ui/sharing/ask-person';
import rows from '@/ui/sharing/sharing.module.css';
import classes from './share.module.css';
import { WorkflowRights } from './workflow-rights';

type RoleName = 'words.role.owner.name';

/** Everybody who has access at this moment, and why. */
export function PeopleList({ workflow, people, more }: { workflow: Workflow; people: PersonAccess[]; more: number }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<PersonAccess['user'] | null>(null);
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
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              aria-label={t('access.rights.whyLabel', { name: person.user.name })}
              onClick={() => setAsked(person.user)}
            >
              {t('access.rights.why')}
            </Button>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <Text size="sm" c="dimmed">
          {t('sharing.people.more', { count: more })}
        </Text>
      )}
      <AskAbout workflow={workflow.id} onAsk={setAsked} />
      {asked && <WorkflowRights workflow={workflow} user={asked} onClose={() => setAsked(null)} />}
    </details>
  );
}

/** Somebody who is not in the list: why may they not? */
function AskAbout({ workflow, onAsk }: { workflow: string; onAsk: (user: PersonAccess['user']) => void }) {
  const [search, setSearch] = useState('');
  const found = useCandidates(workflow, search).data?.people ?? [];
  return <AskPerson people={found} onSearch={setSearch} onAsk={onAsk} />;
}
