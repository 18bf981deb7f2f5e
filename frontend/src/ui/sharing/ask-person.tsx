import { Select } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';

const PAUSE_MS = 150;

interface Person {
  id: string;
  name: string;
  email: string;
}

interface AskPersonProps<P extends Person> {
  people: readonly P[];
  onSearch(text: string): void;
  onAsk(person: P): void;
}

/** Whose rights are to be shown; choosing somebody asks at once. */
export function AskPerson<P extends Person>({ people, onSearch, onAsk }: AskPersonProps<P>) {
  const { t } = useTranslation();
  const ask = useDebouncedCallback(onSearch, PAUSE_MS);
  return (
    <Select
      mt="xs"
      label={t('access.rights.other')}
      description={t('access.rights.otherHint')}
      placeholder={t('sharing.add.placeholderPerson')}
      searchable
      nothingFoundMessage={t('sharing.add.nobody')}
      onSearchChange={ask}
      data={people.map((one) => ({ value: one.id, label: `${one.name} · ${one.email}` }))}
      value={null}
      onChange={(id) => {
        const person = people.find((one) => one.id === id);
        if (person) onAsk(person);
      }}
      filter={({ options }) => options}
    />
  );
}
