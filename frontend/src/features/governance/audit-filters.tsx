import { Button, Select, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type AuditFilters, useAuditFacets } from '@/api/governance';
import { label } from '@/core/values';
import bar from '@/ui/filters.module.css';

const RESULTS = ['done', 'denied', 'failed'] as const;

/** "workflow.published" → "Workflow published". */
function actionWord(action: string): string {
  return label(action.replace('.', ' '));
}

export function AuditFilterBar({ filters, onReset }: { filters: AuditFilters; onReset: () => void }) {
  const { t } = useTranslation();
  const facets = useAuditFacets();
  const navigate = useNavigate({ from: '/audit' });
  const set = (key: keyof AuditFilters, value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [key]: value || undefined }), replace: true });
  const any = Object.values(filters).some((value) => value !== undefined);
  return (
    <search className={bar.bar} data-labelled>
      <Select
        label={t('audit.column.by')}
        clearable
        searchable
        data={(facets.data?.actors ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={filters.actor ?? null}
        onChange={(value) => set('actor', value)}
        w={180}
      />
      <Select
        label={t('audit.column.what')}
        clearable
        searchable
        data={(facets.data?.actions ?? []).map((value) => ({ value, label: actionWord(value) }))}
        value={filters.action ?? null}
        onChange={(value) => set('action', value)}
        w={200}
      />
      <Select
        label={t('audit.column.on')}
        clearable
        data={(facets.data?.object_types ?? []).map((value) => ({ value, label: label(value) }))}
        value={filters.object_type ?? null}
        onChange={(value) => set('object_type', value)}
        w={150}
      />
      <Select
        label={t('audit.column.result')}
        clearable
        data={RESULTS.map((value) => ({ value, label: t(`audit.result.${value}`) }))}
        value={filters.result ?? null}
        onChange={(value) => set('result', value)}
        w={130}
      />
      <TextInput
        label={t('audit.from')}
        type="date"
        value={filters.since ?? ''}
        onChange={(event) => set('since', event.currentTarget.value)}
        w={150}
      />
      <TextInput
        label={t('audit.to')}
        type="date"
        value={filters.until ?? ''}
        onChange={(event) => set('until', event.currentTarget.value)}
        w={150}
      />
      <Button variant="default" disabled={!any} onClick={onReset}>
        {t('audit.reset')}
      </Button>
    </search>
  );
}
