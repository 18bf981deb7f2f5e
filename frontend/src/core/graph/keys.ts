import type { Graph } from './document';

/** Names a formula already has or cannot use, as the engine knows them: a step may not be called like them. */
const RESERVED = new Set(
  (
    'trigger run vars item index error loop ' +
    'true false null in as break const continue else for function if ' +
    'import let package namespace return var void while ' +
    'bool int uint double string bytes list map null_type type dyn ' +
    'google math strings'
  ).split(' '),
);
const RESERVED_PREFIX = 'tutti_';

/** A name for formulas made of any text: lower case, digits, underscores, at most 40 characters, never empty. */
export function slugOf(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  const slug = plain
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40)
    .replace(/_+$/, '');
  const named = /^[a-z]/.test(slug) && !slug.startsWith(RESERVED_PREFIX);
  return named ? slug : `step${slug ? `_${slug}` : ''}`;
}

/** The key of a new step: its base, numbered when taken. It never changes afterwards. */
export function freshKey(base: string, taken: ReadonlySet<string>): string {
  const slug = slugOf(base);
  if (!taken.has(slug) && !RESERVED.has(slug)) return slug;
  for (let number = 2; ; number += 1) {
    const key = `${slug}_${number}`;
    if (!taken.has(key)) return key;
  }
}

export function keysOf(graph: Graph): Set<string> {
  return new Set(graph.nodes.map((node) => node.key));
}

export function freshId(): string {
  return crypto.randomUUID();
}
