import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useAssets } from '@/api/assets';
import { useLiveWorkflow } from '@/api/live-workflow';
import { useSamples } from '@/api/samples';
import { useWorkspace } from '@/api/session';
import type { Draft, Workflow } from '@/api/types';
import { saveDraft } from '@/api/workflows';
import { GraphCanvas } from '@/canvas/graph-canvas';
import type { CanvasView } from '@/canvas/use-canvas-view';
import type { NodeTypeInfo, NodeTypes } from '@/core/graph/document';
import { countByNode } from '@/core/graph/problems';
import { happenings } from '@/core/happenings';
import { usePageTitle } from '@/ui/page';
import { toast } from '@/ui/toasts';
import { Autosave } from './autosave';
import { ConflictDialog } from './conflict-dialog';
import { DebugBar } from './debug-bar';
import classes from './editor.module.css';
import { createEditorStore, EditorContext, type EditorWorld, graphOf, isTold } from './editor-store';
import { EmptyCanvas } from './empty-canvas';
import { FindBar } from './find-bar';
import { createGroupActions } from './group-actions';
import { BuildDialog } from './help/build-dialog';
import { ProposalBar } from './help/proposal-bar';
import { LinePanel } from './line-panel';
import { ProblemsPanel } from './problems-panel';
import { PublishDialog } from './publish-dialog';
import { RunBar } from './run-bar';
import { RunButton } from './run-button';
import { RunsTab } from './runs-tab';
import { SelectionBar } from './selection-bar';
import { SetupPanel } from './setup/setup-panel';
import { useSetup } from './setup/use-setup';
import { WorkflowHistory } from './share/workflow-history';
import { ShortcutsSheet } from './shortcuts-sheet';
import { createStepActions, type Model } from './step-actions';
import { StepLibrary } from './step-library';
import { StepPanel } from './step-panel';
import { TidyingBar } from './tidying-bar';
import { type Tab, TopBar } from './top-bar';
import { useAddedLater } from './use-added-later';
import { useCopiedSamples } from './use-copied-samples';
import { useDebugging } from './use-debugging';
import { useEditing } from './use-editing';
import { useGroupNews } from './use-group-news';
import { useNewerCopy } from './use-newer-copy';
import { useProblems } from './use-problems';
import { useShortcuts } from './use-shortcuts';
import { useTestRun } from './use-test-run';
import { useTidy } from './use-tidy';
import { PublishChecklist } from './versions/publish-checklist';
import { VersionsTab } from './versions-tab';
import { useWorkbenchMenu } from './workbench-menu';

/** The part of the editor that the address asks for. */
const tabOf = (asked: string | undefined): Tab => (asked === 'runs' || asked === 'versions' ? asked : 'build');

/** Nothing more happens by itself. */
const SETTLED: ReadonlySet<string> = new Set(['done', 'failed', 'waiting']);

export interface EditorProps {
  workflow: Workflow;
  draft: Draft;
  nodeTypes: NodeTypes;
  readOnly: boolean;
}

/** One workflow open for editing: the document lives here until it is left. */
export function Editor({ workflow, draft, nodeTypes, readOnly }: EditorProps) {
  const { id } = workflow;
  // What was read when the editor opened is where it starts; later reads do not overwrite a person's work.
  const [start] = useState(draft);
  const store = useMemo(() => createEditorStore(start.graph, start.problems), [start]);
  const autosave = useMemo(
    () =>
      new Autosave({
        token: start.token,
        save: (graph, token) => saveDraft(id, graph, token),
        onState: store.actions.setSave,
        onSaved: (saved) => store.actions.setProblems(saved.problems),
      }),
    [id, start, store],
  );
  useEffect(() => {
    // A document from the server is the same object until a person edits it, so opening saves nothing.
    let known = graphOf(store.getState());
    const stop = store.subscribe((state) => {
      const graph = graphOf(state);
      if (graph === known) return;
      known = graph;
      if (state.history.past.length + state.history.future.length > 0) autosave.changed(graph);
    });
    const guard = (event: BeforeUnloadEvent) => {
      if (autosave.dirty) event.preventDefault();
    };
    window.addEventListener('beforeunload', guard);
    return () => {
      stop();
      window.removeEventListener('beforeunload', guard);
      void autosave.flush();
    };
  }, [store, autosave]);

  const world = useMemo<EditorWorld>(
    () => ({ workflow: id, store, nodeTypes, readOnly, can: workflow.can }),
    [id, store, nodeTypes, readOnly, workflow.can],
  );
  return (
    <EditorContext.Provider value={world}>
      <Workbench workflow={workflow} world={world} autosave={autosave} />
    </EditorContext.Provider>
  );
}

interface WorkbenchProps {
  workflow: Workflow;
  world: EditorWorld;
  autosave: Autosave;
}

function Workbench({ workflow, world, autosave }: WorkbenchProps) {
  const { t } = useTranslation();
  const { store, nodeTypes, readOnly } = world;
  const { actions } = store;
  const [tab, setTab] = useState(tabOf(useSearch({ strict: false }).tab));
  const [publishing, setPublishing] = useState(false);
  const [helping, setHelping] = useState(false);
  const [listing, setListing] = useState(false);
  const [finding, setFinding] = useState(false);
  const [checking, setChecking] = useState(false);
  const [building, setBuilding] = useState(false);
  const build = () => setBuilding(true);

  const graph = useStore(store, graphOf);
  const { selected, open, line, library, naming, fresh, leftFields, save, said } = useStore(store);
  const assets = useAssets();
  const models = useRef<readonly Model[]>([]);
  models.current = assets.query.hasNextPage ? [] : assets.rows;
  const flush = useCallback(() => autosave.flush(), [autosave]);
  const test = useTestRun(workflow.id, flush);
  const samples = useSamples(workflow.id, !readOnly);
  const workspace = useWorkspace().id;
  const onDuplicated = useCopiedSamples(workflow.id, samples, flush);
  const steps = useMemo(
    () => createStepActions(store, nodeTypes, t, () => models.current, { workspace, onDuplicated }),
    [store, nodeTypes, t, workspace, onDuplicated],
  );
  // What is kept stands for what the step gave, as it does in a trial.
  const values = useMemo(() => ({ ...test.values, ...samples }), [test.values, samples]);
  const debugging = useDebugging(workflow.id, test, readOnly);
  useAddedLater(test.overlay);
  usePageTitle(workflow.name);

  const latest = useRef({ graph, test });
  latest.current = { graph, test };
  const onFiles = useCallback(
    (files: File[]) => {
      const { graph: now, test: running } = latest.current;
      const start = now.nodes.find((node) => node.type === 'start_file' && !node.off);
      const [file] = files;
      if (!start) toast.failed(t('editor.start.noFileStart'));
      else if (file) running.startWithFile(start.key, file);
    },
    [t],
  );
  const groups = useMemo(() => createGroupActions(store, nodeTypes, t), [store, nodeTypes, t]);
  const tidying = useTidy();
  useGroupNews();
  const people = useLiveWorkflow(workflow.id, useNewerCopy(autosave));
  const editing = useEditing(steps, groups, onFiles);
  const view = useRef<CanvasView>(null);
  const find = () => setFinding(true);
  const help = () => setHelping(true);
  const addNote = () => steps.addNote(view.current?.middle() ?? { x: 0, y: 0 });
  const { group, ungroupChosen } = groups;
  useShortcuts(steps, { help, find, addNote, group, ungroup: ungroupChosen, tidy: tidying.chosen });
  const { menu, open: openMenu } = useWorkbenchMenu(steps, view, { find, help }, { groups, tidying });
  const found = useProblems();

  const shownProblems = useMemo(
    () => countByNode(found.filter((problem) => isTold({ fresh, leftFields }, problem))),
    [found, fresh, leftFields],
  );
  const add = (type: NodeTypeInfo) => {
    if (!library) return;
    const key = steps.add(type, library);
    if (key) actions.openStep(key);
  };
  const tested = test.run?.status === 'done';
  useEffect(() => {
    if (test.run && SETTLED.has(test.run.status)) happenings.tell('run.settled');
  }, [test.run]);
  const setup = useSetup(workflow);

  return (
    <main id="main" tabIndex={-1} className={classes.page}>
      <TopBar
        workflow={workflow}
        tab={tab}
        onTab={setTab}
        steps={steps}
        people={people}
        tidying={tidying.count !== null}
        onTidy={tidying.all}
        onAddNote={() => steps.addNote({ x: 0, y: -168 })}
        onHelp={help}
        onBuild={build}
        onPublish={() => setPublishing(true)}
        onShowProblems={() => setListing(true)}
        onChecklist={() => setChecking(true)}
        publishFilled={tested}
        run={
          <RunButton
            test={test}
            filled={!tested && graph.nodes.length > 0}
            loaded={debugging.run === null ? null : samples}
            live={workflow.status === 'live'}
            missing={setup.missing}
            onShowProblems={() => setListing(true)}
          />
        }
      />
      <DebugBar debugging={debugging} />
      <ProposalBar workflow={workflow.id} readOnly={readOnly} />
      {workflow.status === 'paused' && workflow.paused_because && (
        <p className={classes.paused}>{t('editor.workflow.pausedItself', { why: workflow.paused_because })}</p>
      )}
      <div className={classes.body}>
        {tab === 'build' && (
          <>
            <div className={classes.stage}>
              <GraphCanvas
                graph={graph}
                nodeTypes={nodeTypes}
                readOnly={readOnly}
                selected={selected}
                line={line}
                onSelect={actions.select}
                onOpen={actions.openStep}
                overlay={test.overlay}
                problems={shownProblems}
                samples={samples}
                naming={naming}
                editing={editing}
                view={view}
                onMenu={openMenu}
              >
                {graph.nodes.length === 0 && !readOnly && !library && <EmptyCanvas onBuild={build} />}
              </GraphCanvas>
              {!readOnly && !library && graph.nodes.length > 0 && (
                <Button
                  className={classes.rail}
                  variant="default"
                  leftSection={<IconPlus size={16} />}
                  onClick={() => actions.openLibrary({ kind: 'loose' })}
                >
                  {t('editor.library.open')}
                </Button>
              )}
              {!readOnly && tidying.count === null && <SelectionBar groups={groups} tidying={tidying} />}
              <TidyingBar tidying={tidying} />
              {finding && <FindBar view={view} onClose={() => setFinding(false)} />}
              {library && <StepLibrary target={library} onAdd={add} />}
              {listing && found.length > 0 && <ProblemsPanel onClose={() => setListing(false)} />}
              <SetupPanel setup={setup} />
              {checking && <PublishChecklist workflow={workflow} onClose={() => setChecking(false)} />}
              <RunBar test={test} />
            </div>
            {line && <LinePanel key={line} line={line} values={values} />}
            {open && <StepPanel step={open} actions={steps} values={values} samples={samples} test={test} />}
          </>
        )}
        {tab === 'runs' && (
          <div className={classes.scroll}>
            <RunsTab workflow={workflow.id} />
          </div>
        )}
        {tab === 'versions' && (
          <div className={classes.scroll}>
            <VersionsTab workflow={workflow} autosave={autosave} onRestored={() => setTab('build')} />
            <WorkflowHistory workflow={workflow.id} />
          </div>
        )}
      </div>
      <div className={classes.live} aria-live="polite">
        {said}
      </div>
      {building && <BuildDialog workflow={workflow.id} flush={flush} onClose={() => setBuilding(false)} />}
      <PublishDialog
        workflow={workflow.id}
        opened={publishing}
        onClose={() => setPublishing(false)}
        onFirst={() => setChecking(true)}
        flush={flush}
      />
      {save.kind === 'conflict' && <ConflictDialog conflict={save.conflict} name={workflow.name} autosave={autosave} />}
      {menu}
      {helping && <ShortcutsSheet onClose={() => setHelping(false)} />}
    </main>
  );
}
