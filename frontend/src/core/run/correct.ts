/** What a failed step was given: the values that may be wrong. */
import { type Field, fieldsOf, type Path } from '../fields';
import type { GraphNode } from '../graph/document';
import type { Run } from './model';

export interface Given {
  /** The step that gave it. */
  node: string;
  field: Field;
}

const PLAIN: ReadonlySet<string> = new Set(['text', 'number', 'boolean', 'date', 'empty']);
const MOST = 12;

/**
 * Single values of earlier steps that the settings of `failed` name, as far as they can be told; without any, those of
 * every step it names. Steps inside loops have no one value.
 */
export function givenTo(failed: GraphNode, run: Run, values: Readonly<Record<string, unknown>>): Given[] {
  const written = JSON.stringify(failed.config);
  const names = (node: string) => (node === run.start ? ['trigger', node] : [node]);
  const used = run.steps
    .filter((step) => step.scope === '' && step.status === 'done' && step.node in values)
    .filter((step) => names(step.node).some((name) => word(written, name)));
  const all = used.flatMap(({ node }) =>
    fieldsOf(values[node])
      .filter((field) => PLAIN.has(field.kind))
      .map((field) => ({ node, field })),
  );
  const named = all.filter(({ field: { path } }) => isNamed(written, path));
  return (named.length > 0 ? named : all).slice(0, MOST);
}

function isNamed(written: string, path: Path): boolean {
  const last = path.findLast((key) => typeof key === 'string');
  return last !== undefined && word(written, String(last));
}

function word(text: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(^|\\W)${escaped}(\\W|$)`).test(text);
}
