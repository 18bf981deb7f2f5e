import { Button, Checkbox, Group, Text, Tooltip } from '@mantine/core';
import { IconGitCompare } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { DraftSaved, Version, VersionWithGraph, Workflow } from '@/api/types';
import { useVersions } from '@/api/workflows';
import { readGraph } from '@/core/graph/document';
import { type Column, DataTable } from '@/ui/data-table';
import filters from '@/ui/filters.module.css';
import { WorkflowBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import { toast } from '@/ui/toasts';
import type { Autosave } from './autosave';
import { useEditorWorld } from './editor-store';
import classes from './tabs.module.css';

export interface VersionsTabProps {
  workflow: Workflow;
  autosave: Autosave;
  onRestored(): void;
}

const DRAFT = 'draft';

/** The draft stands above what was published from it. */
type Row = Version | typeof DRAFT;

const keyOf = (row: Row) => (row === DRAFT ? DRAFT : row.id);

/** Published versions with their notes. Restoring one writes it into the draft, where it can be undone. */
export function VersionsTab({ workflow, autosave, onRestored }: VersionsTabProps) {
  const { t } = useTranslation();
  const { readOnly } = useEditorWorld();
  const versions = useVersions(workflow.id);
  const restore = useRestoreHere(autosave, onRestored);
  const [chosen, setChosen] = useState<string[]>([]);
  const rows = versions.data?.results ?? [];
  const nameOf = (row: Row) =>
    row === DRAFT ? t('versions.draft') : t('editor.versions.number', { number: row.number ?? '' });
  const columns: Column<Row>[] = [
    {
      key: 'choose',
      header: t('versions.compare'),
      quietHeader: true,
      width: 44,
      cell: (row) => (
        <Checkbox
          size="xs"
          aria-label={t('versions.choose', { what: nameOf(row) })}
          checked={chosen.includes(keyOf(row))}
          // The two that were chosen last are compared.
          onChange={({ currentTarget: { checked } }) =>
            setChosen((before) =>
              checked ? [...before.slice(-1), keyOf(row)] : before.filter((one) => one !== keyOf(row)),
            )
          }
        />
      ),
    },
    {
      key: 'version',
      header: t('editor.versions.version'),
      cell: (row) =>
        row === DRAFT ? (
          <WorkflowBadge status="draft" />
        ) : (
          <Group gap={8} wrap="nowrap">
            <Link
              to="/workflows/$id/versions/$version"
              params={{ id: workflow.id, version: row.id }}
              className={filters.name}
            >
              {nameOf(row)}
            </Link>
            {workflow.live_version?.id === row.id && workflow.status === 'live' && <WorkflowBadge status="live" />}
          </Group>
        ),
    },
    {
      key: 'note',
      header: t('editor.versions.note'),
      cell: (row) => (row === DRAFT ? <Text c="dimmed">{t('versions.draftNote')}</Text> : row.note),
    },
    {
      key: 'by',
      header: t('editor.versions.by'),
      wide: true,
      cell: (row) =>
        row !== DRAFT && (
          <>
            {row.published_by?.name}
            {row.approved_by && (
              <Text size="xs" c="dimmed">
                {t('requests.version.approvedBy', { name: row.approved_by.name })}
              </Text>
            )}
          </>
        ),
    },
    {
      key: 'runsAs',
      header: t('requests.publish.runsAs'),
      wide: true,
      cell: (row) => row !== DRAFT && (row.runs_as.name || t('words.request.product')),
    },
    {
      key: 'when',
      header: t('editor.versions.when'),
      wide: true,
      cell: (row) => row !== DRAFT && <TimeAgo at={row.published_at} />,
    },
    {
      key: 'actions',
      header: t('editor.versions.actions'),
      quietHeader: true,
      cell: (row) =>
        row !== DRAFT &&
        !readOnly && (
          <Button
            size="compact-sm"
            variant="default"
            loading={restore.isPending && restore.variables?.id === row.id}
            onClick={() => restore.mutate(row)}
          >
            {t('editor.versions.restore')}
          </Button>
        ),
    },
  ];
  return (
    <section className={classes.tab} aria-label={t('editor.tab.versions')}>
      {rows.length > 0 && <CompareButton workflow={workflow.id} chosen={chosen} rows={rows} />}
      <DataTable
        label={t('editor.tab.versions')}
        columns={columns}
        rows={rows.length === 0 ? [] : [DRAFT, ...rows]}
        rowKey={keyOf}
        query={versions}
        empty={
          <Text c="dimmed" p="md">
            {t('editor.versions.none')}
          </Text>
        }
      />
    </section>
  );
}

function CompareButton({ workflow, chosen, rows }: { workflow: string; chosen: string[]; rows: readonly Version[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const ready = chosen.length === 2;
  const age = (key: string) => (key === DRAFT ? -1 : rows.findIndex((row) => row.id === key));
  const [to, from] = [...chosen].sort((a, b) => age(a) - age(b));
  return (
    <Group justify="flex-end" mb="sm">
      <Tooltip label={t('versions.compareTwo')} disabled={ready}>
        <Button
          variant="default"
          leftSection={<IconGitCompare size={16} aria-hidden />}
          aria-disabled={!ready || undefined}
          data-disabled={!ready || undefined}
          aria-describedby={ready ? undefined : 'compare-why'}
          onClick={() =>
            ready && void navigate({ to: '/workflows/$id/compare', params: { id: workflow }, search: { from, to } })
          }
        >
          {t('versions.compare')}
          {!ready && (
            <span id="compare-why" hidden>
              {t('versions.compareTwo')}
            </span>
          )}
        </Button>
      </Tooltip>
    </Group>
  );
}

function useRestoreHere(autosave: Autosave, onRestored: () => void) {
  const { t } = useTranslation();
  const { store } = useEditorWorld();
  return useMutation({
    mutationFn: async ({ id }: Version) => {
      const version = await api.get<VersionWithGraph>(`versions/${id}`);
      // What is open is saved first, so that Undo has something to bring back.
      if (!(await autosave.flush())) throw new Error(t('editor.versions.unsaved'));
      const saved = await api.post<DraftSaved>(`versions/${id}/restore`, {}, { 'If-Match': `"${autosave.token}"` });
      return { version, saved };
    },
    onSuccess: ({ version, saved }) => {
      store.actions.edit({ label: 'restore' }, (draft) => {
        Object.assign(draft, readGraph(version.graph));
      });
      // The server has this document already.
      autosave.takeTheirs(saved);
      store.actions.setProblems(saved.problems);
      toast.done(t('editor.versions.restored', { number: version.number ?? '' }));
      onRestored();
    },
    onError: (error) => toast.failed(error),
  });
}
