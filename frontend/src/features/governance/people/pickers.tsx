import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServiceAccounts } from '@/api/access';
import { useAssets } from '@/api/assets';
import { useMembers, useTeams } from '@/api/governance';
import { useAllRows } from '@/api/pages';
import { useWorkflows } from '@/api/workflows';
import { ROLES } from '@/core/words';

interface PickerProps {
  label: string;
  description?: string | undefined;
  value: string | null;
  onChange: (id: string | null) => void;
  error?: string | undefined;
  /** Of what was chosen before the dialog opened. */
  known?: { id: string; name: string } | undefined;
}

interface Offer {
  id: string;
  name: string;
  below?: string;
}

function usePeople(search: string): Offer[] {
  return useMembers({ search: search || undefined }).rows.map(({ user }) => ({ ...user, below: user.email }));
}

/** A member by a part of their name, but not the one `without`. */
export function PersonPicker({ without, ...props }: PickerProps & { without?: string }) {
  const [search, setSearch] = useState('');
  const people = usePeople(search).filter(({ id }) => id !== without);
  return <Picker {...props} offers={people} onSearch={setSearch} />;
}

/** A person, or a service account. */
export function WhoPicker(props: PickerProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const people = usePeople(search);
  const accounts = useAllRows(useServiceAccounts())
    .filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()))
    .map(({ user, name }) => ({ id: user, name, below: t('access.rules.kind.service') }));
  return <Picker {...props} offers={[...people, ...accounts]} onSearch={setSearch} />;
}

export function TeamPicker(props: PickerProps) {
  const [search, setSearch] = useState('');
  const teams = useAllRows(useTeams()).filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  return <Picker {...props} offers={teams} onSearch={setSearch} />;
}

export function RolePicker({ label, value, onChange, error }: PickerProps) {
  const { t } = useTranslation();
  return (
    <Select
      label={label}
      data={ROLES.map((role) => ({ value: role, label: t(`words.role.${role}.name`) }))}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}

export function WorkflowPicker(props: PickerProps) {
  const [search, setSearch] = useState('');
  return <Picker {...props} offers={useWorkflows({ search: search || undefined }).rows} onSearch={setSearch} />;
}

export function AssetPicker(props: PickerProps) {
  const [search, setSearch] = useState('');
  const found = useAssets({ search: search || undefined }).rows;
  return (
    <Picker
      {...props}
      offers={found.map(({ id, title, name }) => ({ id, name: title, below: name }))}
      onSearch={setSearch}
    />
  );
}

/** Whatever was chosen keeps its name, also when the search goes on to something else. */
function Picker(props: PickerProps & { offers: readonly Offer[]; onSearch: (text: string) => void }) {
  const { label, description, value, onChange, error, offers, onSearch, known } = props;
  const { t } = useTranslation();
  const [text, setText] = useState(known?.name ?? '');
  const [chosen, setChosen] = useState(known);
  const shown = new Map(offers.map(({ id, name, below }) => [id, below ? `${name} · ${below}` : name]));
  if (chosen && value === chosen.id && !shown.has(chosen.id)) shown.set(chosen.id, chosen.name);
  return (
    <Select
      label={label}
      description={description}
      searchable
      nothingFoundMessage={t('access.rules.form.nothing')}
      searchValue={text}
      onSearchChange={(next) => {
        setText(next);
        // The name that was chosen is no search: the others stay on offer.
        onSearch([...shown.values()].includes(next) ? '' : next);
      }}
      data={[...shown].map(([id, name]) => ({ value: id, label: name }))}
      value={value}
      onChange={(id) => {
        const offer = offers.find((one) => one.id === id);
        if (offer) setChosen({ id: offer.id, name: shown.get(offer.id) ?? offer.name });
        onChange(id);
      }}
      filter={({ options }) => options}
      error={error}
    />
  );
}
