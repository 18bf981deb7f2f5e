import { Button, Modal, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { DraftSaved, Version, VersionWithGraph, Workflow } from '@/api/types';
import { useVersion, useVersions } from '@/api/workflows';
import { GraphCanvas } from '@/canvas/graph-canvas';
import { readGraph } from '@/core/graph/document';
import { ProblemAlert } from '@/ui/problem-alert';
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

/** Published versions with their notes. Restoring one writes it into the draft, where it can be undone. */
export function VersionsTab({ workflow, autosave, onRestored }: VersionsTabProps) {
  const { t } = useTranslation();
  const { store, readOnly } = useEditorWorld();
  const versions = useVersions(workflow.id);
  const [looking, setLooking] = useState<Version | null>(null);
  const restore = useMutation({
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
  const rows = versions.data?.results ?? [];
  return (
    <section className={classes.tab} aria-label={t('editor.tab.versions')}>
      {versions.error && <ProblemAlert error={versions.error} retry={() => void versions.refetch()} />}
      {rows.length === 0 && !versions.isPending && !versions.error && (
        <Text c="dimmed">{t('editor.versions.none')}</Text>
      )}
      {rows.length > 0 && (
        <Table aria-label={t('editor.tab.versions')} verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              {(['version', 'note', 'by', 'when'] as const).map((column) => (
                <Table.Th key={column}>{t(`editor.versions.${column}`)}</Table.Th>
              ))}
              <Table.Th aria-label={t('editor.versions.actions')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((version) => (
              <Table.Tr key={version.id}>
                <Table.Td>
                  {t('editor.versions.number', { number: version.number ?? '' })}{' '}
                  {workflow.live_version?.id === version.id && workflow.status === 'live' && (
                    <WorkflowBadge status="live" />
                  )}
                </Table.Td>
                <Table.Td>{version.note}</Table.Td>
                <Table.Td>{version.published_by?.name ?? ''}</Table.Td>
                <Table.Td>
                  <TimeAgo at={version.published_at} />
                </Table.Td>
                <Table.Td className={classes.actions}>
                  <Button size="compact-sm" variant="subtle" onClick={() => setLooking(version)}>
                    {t('editor.versions.look')}
                  </Button>
                  {!readOnly && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      loading={restore.isPending && restore.variables?.id === version.id}
                      onClick={() => restore.mutate(version)}
                    >
                      {t('editor.versions.restore')}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {looking && <VersionDialog version={looking} onClose={() => setLooking(null)} />}
    </section>
  );
}

function VersionDialog({ version, onClose }: { version: Version; onClose(): void }) {
  const { t } = useTranslation();
  const { nodeTypes } = useEditorWorld();
  const { data, error } = useVersion(version.id);
  const [selected, setSelected] = useState<string[]>([]);
  return (
    <Modal
      opened
      onClose={onClose}
      size="90%"
      title={t('editor.versions.number', { number: version.number ?? '' })}
      closeButtonProps={{ 'aria-label': t('editor.close') }}
    >
      {error && <ProblemAlert error={error} />}
      <div className={classes.preview}>
        {data && (
          <GraphCanvas
            readOnly
            graph={readGraph(data.graph)}
            nodeTypes={nodeTypes}
            selected={selected}
            onSelect={setSelected}
          />
        )}
      </div>
    </Modal>
  );
}
