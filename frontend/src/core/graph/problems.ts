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

/** Before the id of a line, where steps and lines are counted together; no step can be called so. */
export const LINE_PREFIX = 'line:';

/** The line a problem is about: its field is `edges.<id>`, with more behind it where one setting of the line is meant. */
export function lineOf(problem: Problem): string | null {
  return /^edges\.([^.]+)/.exec(problem.field ?? '')?.[1] ?? null;
}

/** How many problems steps have by their keys, and lines by their ids behind `LINE_PREFIX`. */
export function countByNode(problems: readonly Problem[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const count = (place: string) => {
    counts[place] = (counts[place] ?? 0) + 1;
  };
  for (const problem of problems) {
    const line = lineOf(problem);
    if (problem.node) count(problem.node);
    if (line) count(LINE_PREFIX + line);
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
