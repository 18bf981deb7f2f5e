import { phrase, type ServerWords, serverWords } from '../server-words';
import type { JsonSchema, NodeTypeInfo, NodeTypes } from './document';

/** Names of values and values themselves: never words. */
const VALUES = new Set(['default', 'x-default', 'const', 'enum', 'required']);

function inSchema(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(inSchema);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => {
      if (VALUES.has(key)) return [key, value];
      // A property may be called `title`; its schema is no text.
      if ((key === 'title' || key === 'description') && typeof value === 'string') return [key, phrase(value)];
      if (key === 'examples' && Array.isArray(value)) {
        return [key, value.map((one) => (typeof one === 'string' ? phrase(one) : one))];
      }
      return [key, inSchema(value)];
    }),
  );
}

/** The type of a step with titles, descriptions and exits in the reader's language. */
export function nodeTypeInWords(type: NodeTypeInfo): NodeTypeInfo {
  if (!serverWords()) return type;
  return {
    ...type,
    title: phrase(type.title),
    description: phrase(type.description),
    ports: type.ports.map((port) => ({ ...port, label: phrase(port.label) })),
    config_schema: inSchema(type.config_schema) as JsonSchema,
    output_schema: inSchema(type.output_schema) as JsonSchema | null,
  };
}

const laid = new WeakMap<readonly NodeTypeInfo[], { words: ServerWords | null; types: NodeTypes }>();

/**
 * Of each kind of step the newest version: what new steps are, and what older ones can become. The same object as long
 * as catalogue and language are.
 */
export function catalogueInWords(types: readonly NodeTypeInfo[]): NodeTypes {
  const words = serverWords();
  const known = laid.get(types);
  if (known && known.words === words) return known.types;
  const newest = new Map<string, NodeTypeInfo>();
  for (const type of types) if ((newest.get(type.key)?.version ?? 0) < type.version) newest.set(type.key, type);
  const next: NodeTypes = new Map([...newest].map(([key, type]) => [key, nodeTypeInWords(type)]));
  laid.set(types, { words, types: next });
  return next;
}
