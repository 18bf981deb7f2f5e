import {
  type Graph,
  type GraphEdge,
  type GraphNode,
  type JsonSchema,
  type NodeTypes,
  nameOf,
  nodeByKey,
} from './document';
import { ancestorsOf, readingOrder, stepsOfLoop } from './order';
import { plainSchema, propertiesOf, requiredOf } from './schema';

export type ScopeKind = 'trigger' | 'step' | 'item' | 'index' | 'loop' | 'error' | 'run';

/** One name a formula of a step may use. */
export interface ScopeName {
  name: string;
  label: string;
  kind: ScopeKind;
  /** The step whose output it is. */
  node: string | null;
  schema: JsonSchema;
}

const RUN: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    started_at: { type: 'string' },
    workflow: { type: 'string' },
    mode: { type: 'string' },
  },
};

/** `run.calls` holds the address of each step that waits for a call, here or around: it can be sent before the wait. */
function runSchema(graph: Graph, node: GraphNode): JsonSchema {
  const places = new Set<string | null>([null, ...framesAround(graph, node)]);
  const waits = graph.nodes.filter((one) => one.type === 'wait_call' && places.has(one.parent));
  if (waits.length === 0) return RUN;
  const calls = Object.fromEntries(waits.map((one) => [one.key, { type: 'string' }]));
  const known = RUN.properties as Record<string, JsonSchema>;
  return { ...RUN, properties: { ...known, calls: { type: 'object', properties: calls } } };
}

function framesAround(graph: Graph, node: GraphNode): string[] {
  const frame = nodeByKey(graph, node.parent);
  return frame ? [frame.key, ...framesAround(graph, frame)] : [];
}

const STEP_ERROR: JsonSchema = {
  type: 'object',
  properties: { code: { type: 'string' }, message: { type: 'string' }, category: { type: 'string' } },
};

/** Names in the order of the flow: the start, earlier steps, item and index inside a frame, error, run. */
export function scopeOf(graph: Graph, nodeTypes: NodeTypes, key: string): ScopeName[] {
  const node = nodeByKey(graph, key);
  if (!node) return [];
  const names: ScopeName[] = [];
  const earlier = earlierSteps(graph, node);
  const order = readingOrder(graph).filter((one) => earlier.has(one.key));
  const starts = order.filter((one) => nodeTypes.get(one.type)?.kind === 'start');
  const [start] = starts;
  if (start) {
    names.push({
      name: 'trigger',
      label: nameOf(start, nodeTypes),
      kind: 'trigger',
      node: start.key,
      schema: starts.length === 1 ? outputSchema(graph, nodeTypes, start) : {},
    });
  }
  for (const one of order) {
    if (nodeTypes.get(one.type)?.kind === 'start') continue;
    const schema = outputSchema(graph, nodeTypes, one);
    names.push({ name: one.key, label: nameOf(one, nodeTypes), kind: 'step', node: one.key, schema });
  }
  const frame = nodeByKey(graph, node.parent);
  if (frame) {
    const label = nameOf(frame, nodeTypes);
    names.push({ name: 'item', label, kind: 'item', node: frame.key, schema: itemSchema(graph, nodeTypes, frame) });
    names.push({ name: 'index', label, kind: 'index', node: frame.key, schema: { type: 'integer' } });
  }
  const back = innermostLoop(graph, node);
  if (back) {
    names.push({ name: 'loop', label: '', kind: 'loop', node: null, schema: loopSchema(graph, nodeTypes, back) });
  }
  if (followsError(graph, node)) {
    names.push({ name: 'error', label: '', kind: 'error', node: null, schema: STEP_ERROR });
  }
  names.push({ name: 'run', label: '', kind: 'run', node: null, schema: runSchema(graph, node) });
  return names;
}

/** What the formula of a line back may use: what its source may, and what its source gave. */
export function scopeOfLine(graph: Graph, nodeTypes: NodeTypes, edge: GraphEdge): ScopeName[] {
  const source = nodeByKey(graph, edge.source);
  if (!source) return [];
  const label = nameOf(source, nodeTypes);
  const schema = outputSchema(graph, nodeTypes, source);
  const names = scopeOf(graph, nodeTypes, edge.source);
  const own: ScopeName = { name: source.key, label, kind: 'step', node: source.key, schema };
  const at = names.findIndex((one) => one.kind !== 'trigger' && one.kind !== 'step');
  return names.toSpliced(at < 0 ? names.length : at, 0, own);
}

/** The way back with the fewest steps that this step runs again on. */
function innermostLoop(graph: Graph, node: GraphNode): GraphEdge | undefined {
  return graph.edges
    .filter((edge) => edge.feedback !== null)
    .map((edge) => ({ edge, steps: stepsOfLoop(graph, edge) }))
    .filter(({ steps }) => steps.has(node.key))
    .sort((a, b) => a.steps.size - b.steps.size)[0]?.edge;
}

/** `loop.iteration` counts from one; `loop.previous` is what the steps gave the round before, nothing in the first. */
function loopSchema(graph: Graph, nodeTypes: NodeTypes, back: GraphEdge): JsonSchema {
  const steps = graph.nodes.filter((node) => stepsOfLoop(graph, back).has(node.key));
  return {
    type: 'object',
    properties: {
      iteration: { type: 'integer' },
      previous: {
        type: 'object',
        properties: Object.fromEntries(steps.map((node) => [node.key, outputSchema(graph, nodeTypes, node)])),
      },
    },
  };
}

function earlierSteps(graph: Graph, node: GraphNode): Set<string> {
  const found = ancestorsOf(graph, node.key);
  const frame = nodeByKey(graph, node.parent);
  if (frame) for (const key of earlierSteps(graph, frame)) found.add(key);
  return found;
}

function followsError(graph: Graph, node: GraphNode): boolean {
  const behind = new Set([node.key, ...ancestorsOf(graph, node.key)]);
  return graph.edges.some((edge) => edge.source_port === 'error' && behind.has(edge.target));
}

const ASKING_STARTS = new Set(['start_manual', 'start_form']);

/** What a step gives, as far as it is known before a run. */
export function outputSchema(graph: Graph, nodeTypes: NodeTypes, node: GraphNode): JsonSchema {
  const type = nodeTypes.get(node.type);
  if (ASKING_STARTS.has(node.type)) return fieldsSchema(node.config.fields);
  if (node.type === 'set_fields') return namedSchema(node.config.fields);
  if (type?.kind === 'container') return { type: 'array', items: insideSchema(graph, nodeTypes, node) };
  const known = type?.output_schema ? plainSchema(type.output_schema) : {};
  if (node.type !== 'ask_person') return known;
  return { ...known, properties: { ...(known.properties as object), answers: fieldsSchema(node.config.fields) } };
}

const FILE: JsonSchema = {
  type: 'object',
  title: 'File',
  properties: {
    file_id: { type: 'string' },
    name: { type: 'string' },
    media_type: { type: 'string' },
    size: { type: 'integer' },
    sha256: { type: 'string' },
  },
};

const FIELD_TYPES: Record<string, JsonSchema> = {
  data: {},
  number: { type: 'number' },
  switch: { type: 'boolean' },
  file: FILE,
};

function fieldsSchema(fields: unknown): JsonSchema {
  const list = Array.isArray(fields) ? (fields as Record<string, unknown>[]) : [];
  const named = list.filter((field) => typeof field?.key === 'string' && field.key !== '');
  return {
    type: 'object',
    properties: Object.fromEntries(
      named.map((field) => [
        field.key as string,
        { ...(FIELD_TYPES[field.type as string] ?? { type: 'string' }), title: (field.label as string) || field.key },
      ]),
    ),
  };
}

function namedSchema(fields: unknown): JsonSchema {
  const list = Array.isArray(fields) ? (fields as Record<string, unknown>[]) : [];
  const names = list
    .map((field) => field?.name)
    .filter((name): name is string => typeof name === 'string' && name !== '');
  return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, {}])) };
}

function insideSchema(graph: Graph, nodeTypes: NodeTypes, frame: GraphNode): JsonSchema {
  const inside = graph.nodes.filter((node) => node.parent === frame.key);
  const last = inside.filter((node) => !graph.edges.some((edge) => edge.source === node.key));
  const [only] = last;
  if (only && last.length === 1) return outputSchema(graph, nodeTypes, only);
  return {
    type: 'object',
    properties: Object.fromEntries(last.map((node) => [node.key, outputSchema(graph, nodeTypes, node)])),
  };
}

function itemSchema(graph: Graph, nodeTypes: NodeTypes, frame: GraphNode): JsonSchema {
  const formula = (frame.config.items as { $expr?: string } | undefined)?.$expr ?? '';
  const [head, ...rest] = formula.split('.');
  const found = scopeOf(graph, nodeTypes, frame.key).find((one) => one.name === head);
  let schema: JsonSchema | undefined = found?.schema;
  for (const step of rest) schema = propertiesOf(schema ?? {}).find(([key]) => key === step)?.[1];
  return (schema?.items as JsonSchema) ?? {};
}

/** Formulas for settings that an earlier step obviously fills: same name, same type, required, still empty; nearest step first. */
export function suggestMappings(graph: Graph, nodeTypes: NodeTypes, key: string): Record<string, { $expr: string }> {
  const node = nodeByKey(graph, key);
  const type = nodeTypes.get(node?.type ?? '');
  if (!node || !type) return {};
  const schema = plainSchema(type.config_schema);
  const names = scopeOf(graph, nodeTypes, key)
    .filter((one) => one.kind !== 'run')
    .reverse();
  const found: Record<string, { $expr: string }> = {};
  for (const [field, wanted] of propertiesOf(schema)) {
    const empty = node.config[field] === undefined || node.config[field] === '';
    if (!empty || !requiredOf(schema).includes(field) || wanted['x-asset-kind']) continue;
    const giver = names.find((one) =>
      propertiesOf(one.schema).some(([name, given]) => name === field && fits(given, wanted)),
    );
    if (giver) found[field] = { $expr: `${giver.name}.${field}` };
  }
  return found;
}

function fits(given: JsonSchema, wanted: JsonSchema): boolean {
  return given.type === wanted.type || wanted.type === undefined || given.type === undefined;
}
