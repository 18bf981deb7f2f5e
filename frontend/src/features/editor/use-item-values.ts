import { useQueries } from '@tanstack/react-query';
import { stepQuery } from '@/api/runs';
import type { Graph } from '@/core/graph/document';
import type { Run } from '@/core/run/model';

/** What the steps inside a frame gave for one of its items in the last run: the values of runs leave them out. */
export function useItemValues(graph: Graph, frame: string | null, index: number, run: Run | null) {
  const inside = new Set(graph.nodes.filter((node) => node.parent === frame && frame !== null).map((node) => node.key));
  const scope = `${frame}.${index}`;
  const done = run?.may.payload
    ? run.steps.filter((step) => step.status === 'done' && inside.has(step.node) && step.scope.endsWith(scope))
    : [];
  return useQueries({
    queries: done.map((step) => stepQuery(run?.id ?? '', step.step, `${step.status}${step.attempt}`)),
    combine: (answers) =>
      Object.fromEntries(done.flatMap((step, at) => (answers[at]?.data ? [[step.node, answers[at].data.output]] : []))),
  });
}
