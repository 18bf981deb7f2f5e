import { Loader, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNodeTypes, useVersion, useWorkflow } from '@/api/workflows';
import { GraphCanvas } from '@/canvas/graph-canvas';
import { nodeByKey, readGraph } from '@/core/graph/document';
import { ButtonLink, TextLink } from '@/ui/button-link';
import { ConfirmButton } from '@/ui/confirm-button';
import { ProblemAlert } from '@/ui/problem-alert';
import { WorkflowBadge } from '@/ui/status-badge';
import { TimeAgo } from '@/ui/time-ago';
import editor from '../editor.module.css';
import { LookingBar } from './looking-bar';
import { StepFacts } from './step-facts';
import { useRestore } from './use-restore';
import classes from './versions.module.css';

/** `/workflows/<id>/versions/<version>`: what was published then, to look at. */
export default function VersionPage() {
  const { t } = useTranslation();
  const { id, version: versionId } = useParams({ from: '/authed/workflows/$id/versions/$version' });
  const workflow = useWorkflow(id);
  const nodeTypes = useNodeTypes();
  const version = useVersion(versionId);
  const restore = useRestore(id);
  const [selected, setSelected] = useState<string[]>([]);
  const failed = [workflow, nodeTypes, version].find((query) => query.error && !query.data);
  if (failed) {
    return (
      <main id="main" tabIndex={-1} className={classes.failed}>
        <h1 className={classes.title}>{t('versions.one')}</h1>
        <ProblemAlert error={failed.error} retry={() => void failed.refetch()} />
      </main>
    );
  }
  if (!workflow.data || !nodeTypes.data || !version.data) {
    return (
      <div className={editor.wait}>
        <Loader aria-label={t('editor.loading')} />
      </div>
    );
  }
  const { number, note, published_by, published_at, authored_by, approved_by, request, runs_as } = version.data;
  const graph = readGraph(version.data.graph);
  const chosen = selected.length === 1 ? nodeByKey(graph, selected[0]) : undefined;
  const live = workflow.data.live_version?.id === versionId && workflow.data.status === 'live';
  const mayEdit = workflow.data.can.includes('workflow:edit');
  const name = t('editor.versions.number', { number: number ?? '' });
  return (
    <main id="main" tabIndex={-1} className={editor.page}>
      <LookingBar workflow={workflow.data} what={name}>
        <ButtonLink
          to="/workflows/$id/compare"
          params={{ id }}
          search={{ from: versionId, to: 'draft' }}
          variant="default"
        >
          {t('versions.withDraft')}
        </ButtonLink>
        {mayEdit && (
          <ConfirmButton
            title={t('versions.restoreTitle', { number: number ?? '' })}
            text={t('versions.restoreText')}
            verb={t('editor.versions.restore')}
            button={{ variant: 'default', loading: restore.isPending }}
            onConfirm={() => restore.mutate(version.data)}
          >
            {t('editor.versions.restore')}
          </ConfirmButton>
        )}
      </LookingBar>
      <div className={classes.about}>
        {live && <WorkflowBadge status="live" />}
        <Text span size="sm">
          {note || t('versions.noNote')}
        </Text>
        <Text span size="sm" c="dimmed">
          {published_by?.name} · <TimeAgo at={published_at} />
        </Text>
        {authored_by && (
          <Text span size="sm" c="dimmed">
            {t('requests.version.writtenBy', { name: authored_by.name })}
          </Text>
        )}
        {approved_by && request && (
          <TextLink to="/requests/$id" params={{ id: request }} size="sm">
            {t('requests.version.approvedBy', { name: approved_by.name })}
          </TextLink>
        )}
        <Text span size="sm" c="dimmed">
          {t('requests.version.runsAs', { name: runs_as.name || t('words.request.product') })}
        </Text>
      </div>
      <div className={editor.body}>
        <div className={editor.stage}>
          <GraphCanvas readOnly graph={graph} nodeTypes={nodeTypes.data} selected={selected} onSelect={setSelected} />
        </div>
        {chosen && <StepFacts node={chosen} nodeTypes={nodeTypes.data} onClose={() => setSelected([])} />}
      </div>
    </main>
  );
}
