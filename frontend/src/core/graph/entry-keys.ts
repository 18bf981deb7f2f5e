import { type Config, type Graph, type JsonSchema, nodeByKey } from './document';
import { freshKey, slugOf } from './keys';
import { propertiesOf } from './schema';

type Entry = Record<string, unknown>;

/** Ways out that are always there, so that no case may be called like them. */
const FIXED = ['otherwise', 'error'];

/**
 * New settings of a step in which every entry of a list with a key and a label (the cases of a path, the questions of a
 * start) has a key. The key is made from the label and follows it until something uses it or a person writes another.
 */
export function fillKeys(graph: Graph, step: string, schema: JsonSchema, config: Config): Config {
  const before = nodeByKey(graph, step)?.config ?? {};
  const used = (key: string) => isUsed(graph, step, key);
  return Object.fromEntries(
    Object.entries(config).map(([field, value]) => {
      const keyed = isKeyed(propertiesOf(schema).find(([name]) => name === field)?.[1]);
      return [field, keyed ? fillList(listOf(before[field]), listOf(value), used) : value];
    }),
  );
}

function isKeyed(schema: JsonSchema | undefined): boolean {
  const names = propertiesOf((schema?.items as JsonSchema | undefined) ?? {}).map(([name]) => name);
  return names.includes('key') && names.includes('label');
}

const listOf = (value: unknown): Entry[] => (Array.isArray(value) ? (value as Entry[]) : []);

function fillList(before: Entry[], after: Entry[], used: (key: string) => boolean): Entry[] {
  // Entries that moved keep what they have.
  const same = before.length === after.length;
  return after.map((entry, index) => {
    const old = same ? before[index] : undefined;
    const words = wordsOf(entry);
    const key = keyOf(entry);
    if (!words || (old && wordsOf(old) === words)) return entry;
    if (key !== '' && !(old && key === keyOf(old) && madeFrom(key, wordsOf(old)) && !used(key))) return entry;
    const taken = new Set([...FIXED, ...after.filter((one) => one !== entry).map(keyOf)]);
    return { ...entry, key: freshKey(words, taken) };
  });
}

const keyOf = (entry: Entry): string => (typeof entry?.key === 'string' ? entry.key : '');

function wordsOf(entry: Entry): string {
  if (typeof entry?.label === 'string' && entry.label.trim() !== '') return entry.label.trim();
  return typeof entry?.equals === 'string' ? entry.equals.trim() : '';
}

function madeFrom(key: string, words: string): boolean {
  const slug = slugOf(words);
  return words !== '' && (key === slug || (key.startsWith(`${slug}_`) && /^\d+$/.test(key.slice(slug.length + 1))));
}

/** A line leaves by the way of this name, or another step's formula reads it. */
function isUsed(graph: Graph, step: string, key: string): boolean {
  if (graph.edges.some((edge) => edge.source === step && edge.source_port === key)) return true;
  return graph.nodes.some((node) => node.key !== step && JSON.stringify(node.config).includes(`trigger.${key}`));
}
