import type { Graph, Problem } from './document';
import { readingOrder } from './order';

export interface ProblemGroup {
  /** Null: the workflow as a whole. */
  node: string | null;
  problems: Problem[];
}

/** Problems by step in reading order; what concerns the whole workflow (or a step no longer there) comes first. */
export function groupProblems(graph: Graph, problems: readonly Problem[]): ProblemGroup[] {
  const order = readingOrder(graph).map((node) => node.key);
  const known = new Set(order);
  const groups = new Map<string | null, Problem[]>([[null, []], ...order.map((key): [string, Problem[]] => [key, []])]);
  for (const problem of problems) {
    const key = problem.node && known.has(problem.node) ? problem.node : null;
    groups.get(key)?.push(problem);
  }
  return [...groups].map(([node, found]) => ({ node, problems: found })).filter((group) => group.problems.length > 0);
}

export function countByNode(problems: readonly Problem[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const problem of problems) {
    if (problem.node) counts[problem.node] = (counts[problem.node] ?? 0) + 1;
  }
  return counts;
}

/** Problems of one setting, nested ones included: `fields`, `fields.0.value` and `fields[0].value` all belong to `fields`. */
export function problemsAt(problems: readonly Problem[], node: string, path: readonly (string | number)[]): Problem[] {
  const wanted = path.join('.');
  return problems.filter((problem) => problem.node === node && normalField(problem.field) === wanted);
}

export function normalField(field: string | null | undefined): string {
  const dotted = (field ?? '').replace(/\[(\w+)\]/g, '.$1').replaceAll('/', '.');
  return dotted.replace(/^\./, '').replace(/^config\./, '');
}
