import { type ReactNode, useState } from 'react';
import { useCan } from '@/api/session';
import { type GraphNode, nameOf, nodeByKey } from '@/core/graph/document';
import { ancestorsOf, forwardEdges, readingOrder } from '@/core/graph/order';
import { graphOf, useEditor, useEditorWorld } from './editor-store';
import type { Gather } from './form/form-context';
import { questionsOf, StartDialog, type StartPayload } from './start-dialog';
import type { TestRun } from './use-test-run';

interface RunBefore {
  /** Null where there is nothing before the step, or the person may not run drafts. */
  gather: Gather | null;
  /** Asks what the start needs. */
  dialog: ReactNode;
}

/** Runs what comes before a step, but not the step itself, so that there is data to work with. */
export function useRunBefore(step: string, test: TestRun): RunBefore {
  const { nodeTypes } = useEditorWorld();
  const graph = useEditor(graphOf);
  const may = useCan('workflow:run_draft');
  const [asking, setAsking] = useState<GraphNode | null>(null);

  const node = nodeByKey(graph, step);
  const outer = nodeByKey(graph, node?.parent) ?? node;
  // What stands before a step in its frame gives something only when the frame runs.
  const inFrame = node !== outer && forwardEdges(graph).some((edge) => edge.target === step);
  const order = readingOrder(graph);
  const sources = new Set(
    forwardEdges(graph)
      .filter((edge) => edge.target === outer?.key)
      .map((edge) => edge.source),
  );
  const last = inFrame ? outer : order.findLast((one) => sources.has(one.key));
  const before = last ? ancestorsOf(graph, last.key).add(last.key) : new Set<string>();
  const kindOf = (one: GraphNode) => nodeTypes.get(one.type)?.kind;
  const start = order.find((one) => before.has(one.key) && !one.off && kindOf(one) === 'start');
  if (!may || !start || !last) return { gather: null, dialog: null };

  const run = async (payload: StartPayload) => {
    const started = await test.start({ ...payload, until: last.key });
    if (started) setAsking(null);
    return started;
  };
  const begin = async () => {
    const asks = start.type !== 'start_manual' || questionsOf(start).length > 0;
    if (asks || !(await run({ start: start.key, input: {} }))) setAsking(start);
  };
  const steps = order.filter((one) => before.has(one.key)).map((one) => nameOf(one, nodeTypes));
  return {
    gather: { steps, busy: test.running || test.starting || test.testing, begin: () => void begin() },
    dialog: asking && (
      <StartDialog
        start={asking}
        busy={test.starting}
        error={test.startError}
        onClose={() => setAsking(null)}
        onStart={(payload) => void run(payload)}
      />
    ),
  };
}
