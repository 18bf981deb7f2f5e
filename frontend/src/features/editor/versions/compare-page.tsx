import { Loader, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Version, Workflow } from '@/api/types';
import { draftQuery, useNodeTypes, useVersion, useVersions, useWorkflow } from '@/api/workflows';
import { GraphCanvas } from '@/canvas/graph-canvas';
import { MarksContext } from '@/canvas/marks';
import { compareGraphs } from '@/core/graph/compare';
import { readGraph } from '@/core/graph/document';
import { ProblemAlert } from '@/ui/problem-alert';
import editor from '../editor.module.css';
import { ChangeList } from './change-list';
import { LookingBar } from './looking-bar';
import classes from './versions.module.css';

export const DRAFT = 'draft';
const NOTHING: readonly Version[] = [];

/** `/workflows/<id>/compare?from=&to=`: two versions, or a version and the draft, on one canvas. */
export default function ComparePage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/authed/workflows/$id/compare' });
  const search = useSearch({ from: '/authed/workflows/$id/compare' });
  const workflow = useWorkflow(id);
  const versions = useVersions(id);
  const rows = versions.data?.results ?? NOTHING;
  const { from, to } = chosenOf(search, rows, workflow.data);
  const nodeTypes = useNodeTypes();
  const before = useGraphOf(id, from);
  const after = useGraphOf(id, to);
  const [selected, setSelected] = useState<string[]>([]);
  const comparison = useMemo(
    () => (before.data && after.data ? compareGraphs(readGraph(before.data.graph), readGraph(after.data.graph)) : null),
    [before.data, after.data],
  );
  const failed = [workflow, versions, nodeTypes, before, after].find((query) => query.error && !query.data);
  if (failed) {
    return (
      <main id="main" tabIndex={-1} className={classes.failed}>
        <h1 className={classes.title}>{t('versions.compare')}</h1>
        <ProblemAlert error={failed.error} retry={() => void failed.refetch()} />
      </main>
    );
  }
  if (!workflow.data || !nodeTypes.data || !versions.data) {
    return (
      <div className={editor.wait}>
        <Loader aria-label={t('editor.loading')} />
      </div>
    );
  }
  return (
    <main id="main" tabIndex={-1} className={editor.page}>
      <LookingBar workflow={workflow.data} what={t('versions.compare')}>
        <Choice label={t('versions.from')} value={from} other={to} rows={rows} name="from" />
        <span aria-hidden>→</span>
        <Choice label={t('versions.to')} value={to} other={from} rows={rows} name="to" />
      </LookingBar>
      <div className={`${editor.body} ${classes.compared}`}>
        <div className={editor.stage}>
          {comparison && (
            <MarksContext.Provider value={comparison}>
              <GraphCanvas
                key={`${from} ${to}`}
                readOnly
                graph={comparison.both}
                nodeTypes={nodeTypes.data}
                selected={selected}
                onSelect={setSelected}
              />
            </MarksContext.Provider>
          )}
        </div>
        {comparison && (
          <ChangeList
            comparison={comparison}
            nodeTypes={nodeTypes.data}
            selected={selected[0] ?? null}
            onSelect={(key) => setSelected([key])}
          />
        )}
      </div>
    </main>
  );
}

interface ChoiceProps {
  label: string;
  name: 'from' | 'to';
  value: string;
  other: string;
  rows: readonly Version[];
}

function Choice({ label, name, value, other, rows }: ChoiceProps) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/workflows/$id/compare' });
  const options = [
    { value: DRAFT, label: t('versions.draft') },
    ...rows.map((row) => ({ value: row.id, label: t('editor.versions.number', { number: row.number ?? '' }) })),
  ];
  return (
    <Select
      aria-label={label}
      className={classes.choice}
      allowDeselect={false}
      data={options.map((option) => ({ ...option, disabled: option.value === other }))}
      value={value}
      onChange={(next) => next && void navigate({ search: (old) => ({ ...old, [name]: next }), replace: true })}
    />
  );
}

/** What is asked for, else what is live beside the draft. */
function chosenOf(
  search: { from?: string | undefined; to?: string | undefined },
  rows: readonly Version[],
  workflow: Workflow | undefined,
): { from: string; to: string } {
  const known = (one: string | undefined) => one === DRAFT || rows.some((row) => row.id === one);
  const to = known(search.to) ? (search.to as string) : DRAFT;
  const usual = workflow?.live_version?.id ?? rows[0]?.id ?? DRAFT;
  return { from: known(search.from) ? (search.from as string) : usual, to };
}

function useGraphOf(workflow: string, what: string) {
  const draft = useQuery({ ...draftQuery(workflow), enabled: what === DRAFT });
  const version = useVersion(what === DRAFT ? null : what);
  return what === DRAFT ? draft : version;
}
