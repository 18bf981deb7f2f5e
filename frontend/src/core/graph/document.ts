/** The graph document `graph@1`, exactly as the server stores it. Positions of steps inside a frame are relative to that frame. */

export type OnError = 'fail' | 'continue' | 'path' | 'compensate';

/** How many of the lines that lead into a step must have come by before it runs. */
export type Join = 'all' | 'any' | 'n';

export interface Retry {
  attempts: number;
  first_wait_s: number;
  max_wait_s: number;
}

export interface Policy {
  retry: Retry;
  timeout_s: number | null;
  total_timeout_s: number | null;
  on_error: OnError;
  fallback_value: unknown;
  /** What to try instead, in this order: each is some settings, laid over those of the step. */
  fallbacks: Config[];
}

/** Makes a line lead back: its steps run once more, while `when` holds. */
export interface Feedback {
  /** `{"$expr": formula}`; null: every time the way of the line is taken. */
  when: Record<string, string> | null;
  max_rounds: number;
}

export interface Position {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export type Config = Record<string, unknown>;

export interface GraphNode {
  key: string;
  type: string;
  type_version: number;
  name: string;
  config: Config;
  policy: Policy;
  join: Join;
  /** Only for the join `n`. */
  join_count: number | null;
  /** What has not ended when the step begins is stopped. */
  cancel_rest: boolean;
  parent: string | null;
  position: Position;
  size: Size | null;
  off: boolean;
  note: string;
}

export interface GraphEdge {
  id: string;
  source: string;
  target: string;
  source_port: string;
  target_port: string;
  feedback: Feedback | null;
}

export interface GraphNote {
  id: string;
  text: string;
  position: Position;
  size: Size | null;
  colour: string;
}

/** Steps and notes that people look at together; a run knows nothing of it. Members stand on the same side of a frame. */
export interface GraphGroup {
  id: string;
  title: string;
  nodes: string[];
  notes: string[];
  collapsed: boolean;
  colour: string;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  notes: GraphNote[];
  groups: GraphGroup[];
  schema: 'graph@1';
}

export interface Problem {
  code: string;
  message: string;
  hint?: string;
  node?: string | null;
  field?: string | null;
}

export interface Port {
  key: string;
  label: string;
}

export type JsonSchema = Record<string, unknown>;

/** One entry of `GET /api/node-types`. */
export interface NodeTypeInfo {
  key: string;
  version: number;
  title: string;
  description: string;
  category: string;
  icon: string;
  kind: 'start' | 'step' | 'container';
  ports: Port[];
  dynamic_ports: boolean;
  config_schema: JsonSchema;
  output_schema: JsonSchema | null;
  effect: string;
}

export type NodeTypes = ReadonlyMap<string, NodeTypeInfo>;

export const CARD: Size = { width: 240, height: 72 };
export const SNAP = 12;
export const FRAME: Size = { width: 648, height: 216 };
export const FRAME_HEAD = 48;
export const FRAME_PAD = 36;

export const NOTE_SIZE: Size = { width: 240, height: 132 };
/** What notes and groups can be painted in. */
export const COLOURS = ['yellow', 'blue', 'green', 'pink', 'grey'] as const;
export type Colour = (typeof COLOURS)[number];

export const ROUNDS = { least: 1, most: 1000, usual: 10 };

export const EMPTY_GRAPH: Graph = { nodes: [], edges: [], notes: [], groups: [], schema: 'graph@1' };

export function defaultPolicy(): Policy {
  return {
    retry: { attempts: 1, first_wait_s: 1, max_wait_s: 60 },
    timeout_s: null,
    total_timeout_s: null,
    on_error: 'fail',
    fallback_value: null,
    fallbacks: [],
  };
}

type Loose<T> = { [K in keyof T]?: unknown };

/** Fills what older or hand-written documents leave out. Unknown keys are dropped: the server refuses them anyway. */
export function readGraph(data: unknown): Graph {
  const raw = (data ?? {}) as Loose<Graph>;
  return {
    nodes: ((raw.nodes ?? []) as Loose<GraphNode>[]).map(readNode),
    edges: ((raw.edges ?? []) as Loose<GraphEdge>[]).map(readEdge),
    notes: ((raw.notes ?? []) as Loose<GraphNote>[]).map(readNote),
    groups: ((raw.groups ?? []) as Loose<GraphGroup>[]).map(readGroup),
    schema: 'graph@1',
  };
}

function readNode(raw: Loose<GraphNode>): GraphNode {
  const policy = (raw.policy ?? {}) as Partial<Policy>;
  const fallback = defaultPolicy();
  return {
    key: String(raw.key),
    type: String(raw.type),
    type_version: (raw.type_version as number) ?? 1,
    name: (raw.name as string) ?? '',
    config: (raw.config as Config) ?? {},
    policy: { ...fallback, ...policy, retry: { ...fallback.retry, ...policy.retry } },
    join: (raw.join as Join) ?? 'all',
    join_count: (raw.join_count as number | null) ?? null,
    cancel_rest: (raw.cancel_rest as boolean) ?? false,
    parent: (raw.parent as string | null) ?? null,
    position: (raw.position as Position) ?? { x: 0, y: 0 },
    size: (raw.size as Size | null) ?? null,
    off: (raw.off as boolean) ?? false,
    note: (raw.note as string) ?? '',
  };
}

function readEdge(raw: Loose<GraphEdge>): GraphEdge {
  return {
    id: String(raw.id),
    source: String(raw.source),
    target: String(raw.target),
    source_port: (raw.source_port as string) ?? 'out',
    target_port: (raw.target_port as string) ?? 'in',
    feedback: readFeedback(raw.feedback),
  };
}

function readFeedback(raw: unknown): Feedback | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { when, max_rounds } = raw as Partial<Feedback>;
  return { when: when ?? null, max_rounds: max_rounds ?? ROUNDS.usual };
}

/** The document as it is sent: what a step or a line does not use is left out, so that plain documents stay plain. */
export function writeGraph({ groups, ...graph }: Graph): unknown {
  return {
    ...graph,
    ...(groups.length > 0 ? { groups } : {}),
    nodes: graph.nodes.map(({ join_count, cancel_rest, policy: { fallbacks, ...policy }, ...node }) => ({
      ...node,
      policy: { ...policy, ...(fallbacks.length > 0 ? { fallbacks } : {}) },
      ...(node.join === 'n' ? { join_count } : {}),
      ...(cancel_rest ? { cancel_rest } : {}),
    })),
    edges: graph.edges.map(({ feedback, ...edge }) => ({ ...edge, ...(feedback ? { feedback } : {}) })),
  };
}

function readNote(raw: Loose<GraphNote>): GraphNote {
  return {
    id: String(raw.id),
    text: (raw.text as string) ?? '',
    position: (raw.position as Position) ?? { x: 0, y: 0 },
    size: (raw.size as Size | null) ?? null,
    colour: (raw.colour as string) ?? 'yellow',
  };
}

function readGroup(raw: Loose<GraphGroup>): GraphGroup {
  return {
    id: String(raw.id),
    title: (raw.title as string) ?? '',
    nodes: (raw.nodes as string[]) ?? [],
    notes: (raw.notes as string[]) ?? [],
    collapsed: (raw.collapsed as boolean) ?? false,
    colour: (raw.colour as string) ?? 'grey',
  };
}

export function nodeByKey(graph: Graph, key: string | null | undefined): GraphNode | undefined {
  return key == null ? undefined : graph.nodes.find((node) => node.key === key);
}

/** The name people see: their own, else the title of the type. */
export function nameOf(node: GraphNode, nodeTypes: NodeTypes): string {
  return node.name || nodeTypes.get(node.type)?.title || node.type;
}

export function snap(value: number): number {
  const snapped = Math.round(value / SNAP) * SNAP;
  return snapped === 0 ? 0 : snapped;
}
