import { type Graph, type NodeTypes, nameOf } from './document';
import { readingOrder } from './order';

/** A step or a note that holds the words. */
export type Hit = { kind: 'step'; key: string } | { kind: 'note'; id: string };

/** Steps in reading order, then notes, whose name, kind, settings or note hold the words. */
export function find(graph: Graph, nodeTypes: NodeTypes, words: string): Hit[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === '') return [];
  const holds = (...texts: string[]) => texts.some((text) => text.toLowerCase().includes(wanted));
  const steps = readingOrder(graph)
    .filter((node) =>
      holds(nameOf(node, nodeTypes), nodeTypes.get(node.type)?.title ?? node.type, node.note, ...textsOf(node.config)),
    )
    .map((node): Hit => ({ kind: 'step', key: node.key }));
  const notes = graph.notes.filter((note) => holds(note.text)).map((note): Hit => ({ kind: 'note', id: note.id }));
  return [...steps, ...notes];
}

/** Everything a person wrote in the settings, at any depth. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
