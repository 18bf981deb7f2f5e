/** Steps out of a workflow into one of their own, which the workflow then runs: what is needed, and why it may not be possible. */

import { outermost } from './boxes';
import { addStep, connect, deleteLines } from './commands';
import {
  type Config,
  defaultPolicy,
  type Graph,
  type GraphEdge,
  type GraphNode,
  type JsonSchema,
  type NodeTypes,
  nodeByKey,
} from './document';
import { mapFormulas, mapPaths, pathFormula, renameNames } from './formulas';
import { groupOf, leaveGroups } from './groups';
import { freshId, freshKey, slugOf } from './keys';
import { portsOf, UNDO } from './ports';
import { propertiesOf } from './schema';
import { type ScopeName, scopeOf } from './scope';

export const RUN_WORKFLOW = 'run_workflow';
const START = 'start_manual';
const RESULT = 'set_fields';
/** Distance from the start of the new workflow to its first step, and from its last step to the result. */
const APART = 348;

export type ExtractRefusal = 'few' | 'start' | 'border' | 'entries' | 'exits' | 'loose' | 'back' | 'undo';

export interface Input {
  /** The question of the new workflow's start. */
  key: string;
  label: string;
  type: 'text' | 'number' | 'switch' | 'file' | 'data';
  /** What the workflow gives for it. */
  formula: string;
}

export interface Extract {
  /** The new workflow. */
  graph: Graph;
  inputs: Input[];
  /** Keys of the steps whose values are used behind the chosen ones. */
  results: string[];
  steps: number;
}

interface Borders {
  keys: Set<string>;
  parent: string | null;
  entry: GraphNode;
  into: GraphEdge[];
  out: GraphEdge[];
}

/** Why the chosen steps cannot be a workflow of their own; null when they can. Cheap: asked with every selection. */
export function refuseExtract(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[]): ExtractRefusal | null {
  const borders = bordersOf(graph, nodeTypes, keys);
  return typeof borders === 'string' ? borders : null;
}

/** The chosen steps as a workflow of their own, or the reason why they cannot be one. */
export function extract(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[]): Extract | ExtractRefusal {
  const borders = bordersOf(graph, nodeTypes, keys);
  if (typeof borders === 'string') return borders;
  const inside = insideOf(graph, borders.keys);
  const inputs = new Inputs(graph, nodeTypes, borders, inside);
  const nodes = inside.map((node) => inputs.rewritten(node));
  const results = usedOutside(graph, inside);
  return {
    graph: newWorkflow(graph, nodeTypes, borders, nodes, inputs, results),
    inputs: inputs.list,
    results,
    steps: inside.length,
  };
}

function bordersOf(graph: Graph, nodeTypes: NodeTypes, chosen: readonly string[]): Borders | ExtractRefusal {
  const outer = outermost(graph, chosen).flatMap((key) => nodeByKey(graph, key) ?? []);
  const keys = new Set(outer.map((node) => node.key));
  if (outer.length < 2) return 'few';
  if (outer.some((node) => nodeTypes.get(node.type)?.kind === 'start')) return 'start';
  const parent = outer[0]?.parent ?? null;
  if (outer.some((node) => node.parent !== parent)) return 'border';
  const crossing = graph.edges.filter((edge) => keys.has(edge.source) !== keys.has(edge.target));
  if (crossing.some((edge) => edge.feedback)) return 'back';
  if (crossing.some((edge) => edge.source_port === UNDO.key)) return 'undo';
  const into = crossing.filter((edge) => keys.has(edge.target));
  const out = crossing.filter((edge) => keys.has(edge.source));
  const within = graph.edges.filter((edge) => keys.has(edge.source) && keys.has(edge.target) && !edge.feedback);
  const entries = new Set(into.map((edge) => edge.target));
  for (const { key } of outer) if (!within.some((edge) => edge.target === key)) entries.add(key);
  const entry = entries.size === 1 ? nodeByKey(graph, [...entries][0]) : undefined;
  if (!entry) return 'entries';
  const ways = new Set(out.map((edge) => `${edge.source}/${edge.source_port}`));
  if (ways.size > 1) return 'exits';
  // Whoever comes out at the end comes out always: a way that ends inside would go on where it does not now.
  const dead = (node: GraphNode) => {
    const ports = portsOf(node, nodeTypes.get(node.type)).filter(({ key }) => key !== UNDO.key);
    const leads = (port: string) => graph.edges.some((edge) => edge.source === node.key && edge.source_port === port);
    return ports.length === 0 || ports.some(({ key }) => !leads(key));
  };
  if (out.length > 0 && outer.some(dead)) return 'loose';
  return { keys, parent, entry, into, out };
}

/** The chosen steps with everything inside of chosen frames. */
function insideOf(graph: Graph, keys: ReadonlySet<string>): GraphNode[] {
  const inside = new Set(keys);
  for (let grown = -1; grown !== inside.size; ) {
    grown = inside.size;
    for (const node of graph.nodes) if (node.parent && inside.has(node.parent)) inside.add(node.key);
  }
  return graph.nodes.filter((node) => inside.has(node.key));
}

/** What formulas of the chosen steps take from outside becomes a question of the new start. */
class Inputs {
  readonly list: Input[] = [];
  private readonly inner: ReadonlySet<string>;
  private readonly byFormula = new Map<string, Input>();
  private readonly scopes = new Map<string, ScopeName[]>();
  /** Names that some formula uses as they are, not only their fields: they are handed over whole. */
  private readonly whole = new Set<string>();

  constructor(
    private readonly graph: Graph,
    private readonly nodeTypes: NodeTypes,
    private readonly borders: Borders,
    nodes: readonly GraphNode[],
  ) {
    this.inner = new Set(nodes.map((node) => node.key));
    for (const node of nodes) {
      this.visit(node, (formula) =>
        mapPaths(formula, this.outer(node, formula), (path) => {
          if (path.length === 1) this.whole.add(path[0] as string);
          return '';
        }),
      );
    }
  }

  rewritten(node: GraphNode): GraphNode {
    const changed = this.visit(node, (formula) => this.change(node, formula));
    return { ...changed, parent: node.parent === this.borders.parent ? null : node.parent };
  }

  /** A formula of a line back inside. */
  line(edge: GraphEdge): GraphEdge {
    const node = nodeByKey(this.graph, edge.source);
    if (!edge.feedback || !node) return edge;
    const feedback = mapFormulas(edge.feedback, (formula) => this.change(node, formula)) as GraphEdge['feedback'];
    return { ...edge, feedback };
  }

  private visit(node: GraphNode, change: (formula: string) => string): GraphNode {
    return {
      ...node,
      config: mapFormulas(node.config, change) as Config,
      policy: { ...node.policy, fallbacks: mapFormulas(node.policy.fallbacks, change) as Config[] },
    };
  }

  private change(node: GraphNode, formula: string): string {
    return mapPaths(formula, this.outer(node, formula), (path) => {
      const [head = '', ...fields] = path;
      if (!this.whole.has(head)) return `trigger.${this.input(node, path).key}`;
      return ['trigger', this.input(node, [head]).key, ...fields].join('.');
    });
  }

  /** Names in a formula that mean something outside of what is chosen. */
  private outer(node: GraphNode, formula: string): Set<string> {
    const known = new Set(this.scope(node).map((one) => one.name));
    const atBorder = node.parent === this.borders.parent;
    const found = new Set<string>();
    for (const name of known) {
      if (name === 'run' || this.inner.has(name)) continue;
      // Inside of a chosen frame these are its own.
      if (!atBorder && (name === 'item' || name === 'index')) continue;
      if (name === 'loop' && this.loopsInside()) continue;
      if (names(formula, name)) found.add(name);
    }
    return found;
  }

  private scope(node: GraphNode): ScopeName[] {
    const found = this.scopes.get(node.key) ?? scopeOf(this.graph, this.nodeTypes, node.key);
    this.scopes.set(node.key, found);
    return found;
  }

  private loopsInside(): boolean {
    return this.graph.edges.some((edge) => edge.feedback && this.inner.has(edge.source) && this.inner.has(edge.target));
  }

  private input(node: GraphNode, path: readonly string[]): Input {
    const formula = pathFormula(path);
    const known = this.byFormula.get(formula);
    if (known) return known;
    const [head = '', ...fields] = path;
    const root = this.scope(node).find((one) => one.name === head);
    const taken = new Set(this.list.map((one) => one.key));
    const base = slugOf(fields.at(-1) ?? (head === 'trigger' ? 'start' : head));
    const made: Input = {
      key: taken.has(base) ? freshKey(slugOf(path.join('_')), taken) : base,
      label: [root?.label || head, ...fields].join(', '),
      type: fields.length > 0 ? typeOf(root?.schema, fields) : 'data',
      formula,
    };
    this.byFormula.set(formula, made);
    this.list.push(made);
    return made;
  }
}

/** Whether a formula speaks of this name. */
function names(formula: string, name: string): boolean {
  return renameNames(formula, new Map([[name, '']])) !== formula;
}

function typeOf(schema: JsonSchema | undefined, fields: readonly string[]): Input['type'] {
  let here = schema;
  for (const field of fields) here = propertiesOf(here ?? {}).find(([name]) => name === field)?.[1];
  if (here?.title === 'File' && here.type === 'object') return 'file';
  if (here?.type === 'number' || here?.type === 'integer') return 'number';
  if (here?.type === 'boolean') return 'switch';
  return here?.type === 'string' ? 'text' : 'data';
}

/** Chosen steps whose values formulas outside use. */
function usedOutside(graph: Graph, inside: readonly GraphNode[]): string[] {
  const keys = new Set(inside.map((node) => node.key));
  const used = new Set<string>();
  const look = (formula: string) => {
    for (const key of keys) if (names(formula, key)) used.add(key);
    return formula;
  };
  for (const node of graph.nodes) {
    if (keys.has(node.key)) continue;
    mapFormulas(node.config, look);
    mapFormulas(node.policy.fallbacks, look);
  }
  for (const edge of graph.edges) if (!keys.has(edge.source)) mapFormulas(edge.feedback, look);
  return inside.filter((node) => used.has(node.key)).map((node) => node.key);
}

function newWorkflow(
  graph: Graph,
  nodeTypes: NodeTypes,
  { entry, out }: Borders,
  nodes: GraphNode[],
  inputs: Inputs,
  results: readonly string[],
): Graph {
  const inner = new Set(nodes.map((node) => node.key));
  const start = freshKey('start', inner);
  const made: Graph = {
    schema: 'graph@1',
    nodes: [
      plain(start, START, nodeTypes, { x: entry.position.x - APART, y: entry.position.y }),
      ...nodes.map((node) =>
        node.key === entry.key ? { ...node, join: 'all' as const, join_count: null, cancel_rest: false } : node,
      ),
    ],
    edges: [
      { id: freshId(), source: start, source_port: 'out', target: entry.key, target_port: 'in', feedback: null },
      ...graph.edges
        .filter((edge) => inner.has(edge.source) && inner.has(edge.target))
        .map((edge) => inputs.line(edge)),
    ],
    notes: [],
    groups: graph.groups
      .filter((group) => group.nodes.length > 0 && group.nodes.every((key) => inner.has(key)))
      .map((group) => ({ ...group, notes: [] })),
  };
  const first = made.nodes[0] as GraphNode;
  first.config = {
    fields: inputs.list.map(({ key, label, type }) => ({
      key,
      label: label.slice(0, 200),
      type,
      required: false,
      choices: [],
      help: '',
    })),
  };
  const [way] = out;
  if (results.length > 0 && way) {
    const last = nodeByKey(graph, way.source) as GraphNode;
    const key = freshKey('result', new Set([...inner, start]));
    const end = plain(key, RESULT, nodeTypes, { x: last.position.x + APART, y: last.position.y });
    end.config = { fields: results.map((name) => ({ name, value: { $expr: name } })) };
    made.nodes.push(end);
    made.edges.push({
      id: freshId(),
      source: way.source,
      source_port: way.source_port,
      target: key,
      target_port: 'in',
      feedback: null,
    });
  }
  return made;
}

function plain(key: string, type: string, nodeTypes: NodeTypes, position: GraphNode['position']): GraphNode {
  const info = nodeTypes.get(type);
  return {
    key,
    type,
    type_version: info?.version ?? 1,
    name: info?.title ?? '',
    config: {},
    policy: defaultPolicy(),
    join: 'all',
    join_count: null,
    cancel_rest: false,
    parent: null,
    position,
    size: null,
    off: false,
    note: '',
  };
}

/** Puts one step that runs the new workflow in the place of the chosen ones; formulas behind it take its result. Gives its key. */
export function replaceByCall(
  graph: Graph,
  nodeTypes: NodeTypes,
  chosen: readonly string[],
  { inputs, results }: Pick<Extract, 'inputs' | 'results'>,
  called: { id: string; name: string },
): string | null {
  const borders = bordersOf(graph, nodeTypes, chosen);
  const type = nodeTypes.get(RUN_WORKFLOW);
  if (typeof borders === 'string' || !type) return null;
  const { parent, entry, into, out } = borders;
  const inner = new Set(insideOf(graph, borders.keys).map((node) => node.key));
  const group = [...borders.keys].map((key) => groupOf(graph, key)?.id);
  const home = group.every((id) => id && id === group[0]) ? group[0] : undefined;
  const key = addStep(graph, { type, at: entry.position, parent });
  const step = nodeByKey(graph, key) as GraphNode;
  step.name = called.name;
  step.config = {
    ...step.config,
    workflow: called.id,
    input: inputs.map((one) => ({ name: one.key, value: { $expr: one.formula } })),
  };
  if (into.length > 1)
    Object.assign(step, { join: entry.join, join_count: entry.join_count, cancel_rest: entry.cancel_rest });
  const ends = {
    into: into.map(({ source, source_port }) => ({ node: source, port: source_port })),
    out: out.map(({ target, target_port }) => ({ node: target, port: target_port })),
  };
  deleteLines(
    graph,
    graph.edges.filter((edge) => inner.has(edge.source) || inner.has(edge.target)).map((edge) => edge.id),
  );
  graph.nodes = graph.nodes.filter((node) => !inner.has(node.key));
  leaveGroups(graph, [...inner]);
  graph.groups.find((one) => one.id === home)?.nodes.push(key);
  for (const from of ends.into) connect(graph, nodeTypes, from, { node: key, port: 'in' });
  for (const to of ends.out) connect(graph, nodeTypes, { node: key, port: 'out' }, to);
  const renamed = new Map(results.map((name) => [name, pathFormula([key, name])]));
  const change = (formula: string) => renameNames(formula, renamed);
  for (const node of graph.nodes) {
    if (node.key === key) continue;
    node.config = mapFormulas(node.config, change) as Config;
    node.policy.fallbacks = mapFormulas(node.policy.fallbacks, change) as Config[];
  }
  for (const edge of graph.edges) {
    if (edge.feedback) edge.feedback = mapFormulas(edge.feedback, change) as GraphEdge['feedback'];
  }
  return key;
}
