import { Button, Checkbox, Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSavedSearches } from '@/api/searches';
import { useWorkflowFacets } from '@/api/workflow-lists';
import filters from '@/ui/filters.module.css';
import { SavedSearches } from '@/ui/saved-searches';
import { SearchField } from '@/ui/search-field';

type Filter = 'status' | 'tag' | 'owner';

/** What the list is searched and filtered by; all of it stands in the address. */
export function WorkflowFilters() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/authed/shell/workflows' });
  const navigate = useNavigate({ from: '/workflows' });
  const facets = useWorkflowFacets();
  const searches = useSavedSearches('workflows');
  const { folder, create: _, ...wanted } = search;
  const set = (key: Filter) => (value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [key]: value ?? undefined }) });
  const any = Object.values(wanted).some((value) => value !== undefined);
  const tags = withChosen(facets.data?.tags.map(({ name }) => ({ value: name, label: name })) ?? [], search.tag);
  const owners = facets.data?.owners.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  return (
    <search className={filters.bar}>
      <SearchField
        label={t('workflows.search')}
        value={search.search}
        onSearch={(text) => void navigate({ search: (before) => ({ ...before, search: text }), replace: true })}
      />
      <Select
        aria-label={t('workflows.column.status')}
        placeholder={t('workflows.anyStatus')}
        clearable
        data={(['draft', 'live', 'paused'] as const).map((value) => ({ value, label: t(`words.workflow.${value}`) }))}
        value={search.status ?? null}
        onChange={set('status')}
        w={140}
      />
      {tags.length > 0 && (
        <Select
          aria-label={t('workflows.tag')}
          placeholder={t('workflows.anyTag')}
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
          aria-label={t('workflows.column.owner')}
          placeholder={t('workflows.anyOwner')}
          clearable
          searchable
          data={owners}
          value={search.owner ?? null}
          onChange={set('owner')}
          w={160}
        />
      )}
      <Checkbox
        label={t('workflows.archived')}
        checked={search.archived === true}
        onChange={(event) => {
          const archived = event.currentTarget.checked || undefined;
          void navigate({ search: (before) => ({ ...before, archived }) });
        }}
      />
      {any && (
        <Button variant="subtle" onClick={() => void navigate({ search: folder ? { folder } : {} })}>
          {t('workflows.reset')}
        </Button>
      )}
      <SavedSearches
        searches={searches}
        current={{ ...wanted, folder: any ? folder : undefined }}
        onApply={(query) => void navigate({ search: query })}
      />
    </search>
  );
}

/** A value of the address that is no longer offered is shown all the same, so that it can be taken out. */
function withChosen(options: { value: string; label: string }[], chosen: string | undefined) {
  if (!chosen || options.some((one) => one.value === chosen)) return options;
  return [...options, { value: chosen, label: chosen }];
}
