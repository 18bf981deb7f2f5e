import type { Copied } from './clipboard';
import type { Config, GraphNode, JsonSchema, NodeTypes } from './document';
import { plainSchema, propertiesOf } from './schema';

/** What a setting names outside the workflow. */
export type Foreign = 'connection' | 'model' | 'workflow' | 'file';

export interface Dropped {
  /** The copied step. */
  node: string;
  /** The setting, as problems name it. */
  field: string;
  title: string;
  what: Foreign;
}

/** What is known where the steps are pasted. */
export interface Here {
  workspace: string;
  /** Names of all models; null while they are not known. */
  models: ReadonlySet<string> | null;
}

/** Takes away what the settings of copied steps name and what is not here: another workspace has its own connections. */
export function withoutForeign<T extends Copied>(copied: T, nodeTypes: NodeTypes, here: Here): [T, Dropped[]] {
  const dropped: Dropped[] = [];
  const foreign = copied.workspace !== here.workspace;
  const isGone = (schema: JsonSchema, value: unknown): Foreign | null => {
    if (typeof value === 'object' && value !== null && 'file_id' in value && 'sha256' in value)
      return foreign ? 'file' : null;
    if (typeof value !== 'string' || value === '') return null;
    if (schema['x-asset-kind']) return here.models && !here.models.has(value) ? 'model' : null;
    if (!foreign) return null;
    if (schema['x-widget'] === 'credential') return 'connection';
    return schema['x-widget'] === 'workflow' ? 'workflow' : null;
  };
  const clean = (node: GraphNode, schema: JsonSchema, value: unknown, path: string): unknown => {
    if (Array.isArray(value)) {
      const items = (schema.items ?? {}) as JsonSchema;
      return value.map((one, index) => clean(node, items, one, `${path}.${index}`));
    }
    if (typeof value !== 'object' || value === null) return value;
    const known = new Map(propertiesOf(schema));
    const others = (schema.additionalProperties ?? {}) as JsonSchema;
    return Object.fromEntries(
      Object.entries(value as Config).flatMap(([key, one]) => {
        const inner = known.get(key) ?? others;
        const field = path ? `${path}.${key}` : key;
        const what = isGone(inner, one);
        if (!what) return [[key, clean(node, inner, one, field)]];
        dropped.push({ node: node.key, field, title: String(inner.title ?? key), what });
        return [];
      }),
    );
  };
  const nodes = copied.nodes.map((node) => {
    const type = nodeTypes.get(node.type);
    return type ? { ...node, config: clean(node, plainSchema(type.config_schema), node.config, '') as Config } : node;
  });
  return [{ ...copied, nodes }, dropped];
}
