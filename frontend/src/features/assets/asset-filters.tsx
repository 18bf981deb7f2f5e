import { Button, Checkbox, Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAssetFacets } from '@/api/assets';
import filters from '@/ui/filters.module.css';
import { SearchField } from '@/ui/search-field';
import { isFiltered, RISKS } from './list-search';

type Filter = 'tag' | 'owner' | 'risk';

/** What the catalogue is searched and filtered by; all of it stands in the address. */
export function AssetFilters() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/assets' });
  const navigate = useNavigate({ from: '/assets' });
  const facets = useAssetFacets().data;
  const set = (key: Filter) => (value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [key]: value ?? undefined }) });
  const tags = withChosen(facets?.tags.map(({ name }) => ({ value: name, label: name })) ?? [], search.tag);
  const owners = facets?.owners.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  return (
    <search className={filters.bar}>
      <SearchField
        label={t('assets.filter.search')}
        value={search.search}
        onSearch={(text) => void navigate({ search: (before) => ({ ...before, search: text }), replace: true })}
      />
      {tags.length > 0 && (
        <Select
          aria-label={t('assets.filter.tag')}
          placeholder={t('assets.filter.anyTag')}
          clearable
          searchable
          data={tags}
          value={search.tag ?? null}
          onChange={set('tag')}
          w={150}
        />
      )}
      {(owners.length > 1 || search.owner) && (
        <Select
          aria-label={t('assets.filter.owner')}
          placeholder={t('assets.filter.anyOwner')}
          clearable
          searchable
          data={owners}
          value={search.owner ?? null}
          onChange={set('owner')}
          w={180}
        />
      )}
      <Select
        aria-label={t('assets.filter.risk')}
        placeholder={t('assets.filter.anyRisk')}
        clearable
        data={RISKS.map((risk) => ({ value: risk, label: t(`assets.risk.${risk}`) }))}
        value={search.risk ?? null}
        onChange={set('risk')}
        w={160}
      />
      <Checkbox
        label={t('assets.filter.archived')}
        checked={search.archived === true}
        onChange={(event) => {
          const archived = event.currentTarget.checked || undefined;
          void navigate({ search: (before) => ({ ...before, archived }) });
        }}
      />
      {(isFiltered(search) || search.archived) && (
        <Button variant="subtle" onClick={() => void navigate({ search: ({ kind }) => ({ kind }) })}>
          {t('assets.filter.reset')}
        </Button>
      )}
    </search>
  );
}

/** A value of the address that is no longer offered is shown all the same, so that it can be taken out. */
function withChosen(options: { value: string; label: string }[], chosen: string | undefined) {
  if (!chosen || options.some((one) => one.value === chosen)) return options;
  return [...options, { value: chosen, label: chosen }];
}
