import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAssetCandidates, useAssetGrants } from '@/api/asset-sharing';
import type { AssetDetail } from '@/api/types';

interface OwnerChoiceProps {
  asset: AssetDetail;
  value: string | null;
  error: ReactNode;
  onChange: (owner: string | null) => void;
}

/** Who answers for it: anybody of the workspace, found by a part of their name. */
export function OwnerChoice({ asset, value, error, onChange }: OwnerChoiceProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(asset.owner?.name ?? '');
  const [search, setSearch] = useState(chosen);
  const [asked] = useDebouncedValue(search, 150);
  const found = useAssetCandidates(asset.id, asked === chosen ? '' : asked).data?.people ?? [];
  const named = (useAssetGrants(asset.id).data ?? []).flatMap((grant) => grant.user ?? []);
  const people = new Map([...named, ...found].map((one) => [one.id, one.name]));
  if (asset.owner) people.set(asset.owner.id, asset.owner.name);
  const fitting = [...people].filter(
    ([id, name]) => id === value || asked === chosen || name.toLowerCase().includes(asked.toLowerCase()),
  );
  return (
    <Select
      label={t('assets.card.owner')}
      description={t('assets.card.ownerHint')}
      searchable
      clearable
      nothingFoundMessage={t('sharing.add.nobody')}
      searchValue={search}
      onSearchChange={setSearch}
      data={fitting.map(([id, name]) => ({ value: id, label: name }))}
      filter={({ options }) => options}
      value={value}
      error={error}
      onChange={(id) => {
        setChosen(id ? (people.get(id) ?? '') : '');
        onChange(id);
      }}
    />
  );
}
