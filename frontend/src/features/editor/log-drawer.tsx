import { useMemo } from 'react';
import { nameOf, nodeByKey, readGraph } from '@/core/graph/document';
import { failedStep } from '@/core/run/failure';
import type { Run } from '@/core/run/model';
import { RunLog } from '@/ui/run-log';
import { useEditor, useEditorActions, useEditorWorld } from './editor-store';
import classes from './run-bar.module.css';

/** The log of the run on the canvas. It speaks of the steps as they were when they ran. */
export function LogDrawer({ run }: { run: Run }) {
  const { nodeTypes } = useEditorWorld();
  const { openStep } = useEditorActions();
  const open = useEditor((state) => state.open);
  const graph = useMemo(() => readGraph(run.graph), [run.graph]);
  const chosen = run.steps.findLast((step) => step.node === open) ?? failedStep(run);
  return (
    <div className={classes.drawer}>
      <RunLog
        plain
        run={run}
        nameOf={(key) => {
          const node = nodeByKey(graph, key);
          return node ? nameOf(node, nodeTypes) : key;
        }}
        chosen={chosen?.step ?? null}
        onChoose={(number) => openStep(run.steps.find((step) => step.step === number)?.node ?? null)}
      />
    </div>
  );
}
