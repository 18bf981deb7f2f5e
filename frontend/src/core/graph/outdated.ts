/** Steps of an older kind than the catalogue offers: what an update changes, and doing it. */
import { type Config, type Graph, type GraphNode, type JsonSchema, type NodeTypeInfo, nodeByKey } from './document';
import { defaultsOf, plainSchema, propertiesOf, requiredOf } from './schema';

export interface UpdateChanges {
  from: number;
  to: number;
  /** Titles of settings that are new. */
  added: string[];
  /** Settings that are gone; what they hold is dropped. */
  dropped: string[];
  /** Settings that have to be filled in before the workflow can be published. */
  asks: string[];
}

export function isOutdated(node: GraphNode, type: NodeTypeInfo | undefined): boolean {
  return type !== undefined && node.type_version < type.version;
}

/** `before` is the kind of the step as it is, where the catalogue still has it. */
export function changesOf(node: GraphNode, type: NodeTypeInfo, before?: NodeTypeInfo): UpdateChanges {
  const schema = plainSchema(type.config_schema);
  const now = propertiesOf(schema);
  const names = new Set(now.map(([key]) => key));
  const old = before ? propertiesOf(plainSchema(before.config_schema)) : [];
  const known = new Set(before ? old.map(([key]) => key) : Object.keys(node.config));
  const updated = updatedConfig(node.config, type);
  const titleOf = (key: string, list: [string, JsonSchema][]) =>
    String(list.find(([name]) => name === key)?.[1].title ?? key);
  return {
    from: node.type_version,
    to: type.version,
    added: now.filter(([key]) => !known.has(key)).map(([key]) => titleOf(key, now)),
    dropped: Object.keys(node.config)
      .filter((key) => !names.has(key))
      .map((key) => titleOf(key, old)),
    asks: requiredOf(schema)
      .filter((key) => updated[key] === undefined || updated[key] === '')
      .map((key) => titleOf(key, now)),
  };
}

/** The step becomes one of today's kind and keeps what that kind still asks for. */
export function updateStep(graph: Graph, key: string, type: NodeTypeInfo): void {
  const node = nodeByKey(graph, key);
  if (!node) return;
  node.type_version = type.version;
  node.config = updatedConfig(node.config, type);
}

function updatedConfig(config: Config, type: NodeTypeInfo): Config {
  const names = propertiesOf(plainSchema(type.config_schema)).map(([key]) => key);
  const kept = Object.fromEntries(Object.entries(config).filter(([key]) => names.includes(key)));
  return { ...defaultsOf(type.config_schema), ...kept };
}
