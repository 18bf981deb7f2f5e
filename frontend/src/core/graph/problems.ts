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

/** With these a draft cannot run at all, or should not: a placeholder would reach other people as if it were meant. */
const STOP_ALL = new Set([
  'border_crossed',
  'cycle',
  'dangling_edge',
  'duplicate_edge',
  'no_start',
  'not_natural_loop',
  'placeholder',
  'start_inside',
  'unknown_parent',
  'unknown_port',
  'unknown_type',
]);

/** The problems that keep a draft from being run; with the others it runs up to the step that has them. */
export function obstacles(problems: readonly Problem[], starts: ReadonlySet<string>): Problem[] {
  return problems.filter(({ code, node }) => !node || starts.has(node) || STOP_ALL.has(code));
}

/** The first step, in reading order, that is not ready. */
export function firstFaulty(graph: Graph, problems: readonly Problem[]): string | null {
  const faulty = new Set(problems.map((problem) => problem.node));
  return readingOrder(graph).find((node) => faulty.has(node.key))?.key ?? null;
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
