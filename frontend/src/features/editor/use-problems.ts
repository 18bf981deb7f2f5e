import { useMemo } from 'react';
import { type Graph, nodeByKey, type Problem } from '@/core/graph/document';
import { valueAt } from '@/core/graph/formulas';
import { graphOf, useEditor } from './editor-store';

/** What was left out and is still not chosen. */
export function stillLeftOut(graph: Graph, leftOut: readonly Problem[]): Problem[] {
  return leftOut.filter(({ node: key, field }) => {
    const node = nodeByKey(graph, key);
    return node !== undefined && valueAt(node.config, (field ?? '').split('.')) === undefined;
  });
}

/** All that a person should look at: what the server found, and what was left out of pasted steps. */
export function useProblems(): readonly Problem[] {
  const graph = useEditor(graphOf);
  const problems = useEditor((state) => state.problems);
  const leftOut = useEditor((state) => state.leftOut);
  return useMemo(() => {
    const open = stillLeftOut(graph, leftOut);
    // Where the server asks for the same setting, once is enough.
    const asked = new Set(problems.map(({ node, field }) => `${node} ${field}`));
    const more = open.filter(({ node, field }) => !asked.has(`${node} ${field}`));
    return more.length === 0 ? problems : [...problems, ...more];
  }, [graph, problems, leftOut]);
}
