import { Button, Select, Switch } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type AuditFilters, useAuditFacets } from '@/api/governance';
import { label } from '@/core/values';
import bar from '@/ui/filters.module.css';
import { Tag } from '@/ui/tag';
import { useSentence } from '@/ui/use-sentence';
import { DaySpan } from './day-span';

const RESULTS = ['done', 'denied', 'failed'] as const;
const TOPICS = ['privileged', 'settings', 'sign_in', 'approvals', 'readings', 'deletions', 'stops'] as const;

/** "workflow.published" → "Workflow: published", in the reader's words for the thing. */
function useActionWord() {
  const { t } = useTranslation();
  const { kind } = useSentence();
  return (action: string) => {
    const [noun = '', verb = ''] = action.split('.');
    const did = t(`audit.did.${verb}` as 'audit.did.read', { defaultValue: label(verb).toLowerCase() });
    return `${kind(noun)}: ${did}`;
  };
}

export function AuditFilterBar({ filters, onReset }: { filters: AuditFilters; onReset: () => void }) {
  const { t } = useTranslation();
  const facets = useAuditFacets();
  const navigate = useNavigate({ from: '/audit' });
  const { kind } = useSentence();
  const actionWord = useActionWord();
  const set = (key: keyof AuditFilters, value: string | boolean | null) =>
    void navigate({ search: (before) => ({ ...before, [key]: value || undefined }), replace: true });
  const any = Object.values(filters).some((value) => value !== undefined);
  return (
    <search className={bar.bar} data-labelled>
      <Select
        label={t('audit.column.by')}
        placeholder={t('audit.any.by')}
        clearable
        searchable
        data={(facets.data?.actors ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={filters.actor ?? null}
        onChange={(value) => set('actor', value)}
        w={180}
      />
      <Select
        label={t('audit.topic.label')}
        placeholder={t('audit.topic.any')}
        clearable
        data={TOPICS.map((value) => ({ value, label: t(`audit.topic.${value}`) }))}
        value={filters.topic ?? null}
        onChange={(value) => set('topic', value)}
        w={220}
      />
      <Select
        label={t('audit.column.what')}
        placeholder={t('audit.any.what')}
        clearable
        searchable
        data={(facets.data?.actions ?? []).map((value) => ({ value, label: actionWord(value) }))}
        value={filters.action ?? null}
        onChange={(value) => set('action', value)}
        w={200}
      />
      <Select
        label={t('audit.column.on')}
        placeholder={t('audit.any.on')}
        clearable
        data={(facets.data?.object_types ?? []).map((value) => ({ value, label: kind(value) }))}
        value={filters.object_type ?? null}
        onChange={(value) => {
          // One thing is of one kind only.
          const chosen = { object_type: value ?? undefined, object_id: undefined };
          void navigate({ search: (before) => ({ ...before, ...chosen }), replace: true });
        }}
        w={150}
      />
      <Select
        label={t('audit.column.result')}
        placeholder={t('audit.any.result')}
        clearable
        data={RESULTS.map((value) => ({ value, label: t(`audit.result.${value}`) }))}
        value={filters.result ?? null}
        onChange={(value) => set('result', value)}
        w={150}
      />
      <DaySpan
        since={filters.since}
        until={filters.until}
        onChange={(span) => void navigate({ search: (before) => ({ ...before, ...span }), replace: true })}
      />
      <Switch
        label={t('audit.technical')}
        checked={filters.technical ?? false}
        onChange={(event) => set('technical', event.currentTarget.checked)}
        my={9}
      />
      <Button variant="default" disabled={!any} onClick={onReset}>
        {t('audit.reset')}
      </Button>
      {filters.object_id && <Tag>{t('audit.byObject')}</Tag>}
      {filters.token && <Tag>{t('audit.byToken')}</Tag>}
    </search>
  );
}
