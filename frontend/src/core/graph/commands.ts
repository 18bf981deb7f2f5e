/** What a person can do to a graph. Every command is an immer recipe: it changes the draft it is given and nothing else. */

import { canConnect, type LineEnd } from './connect';
import {
  CARD,
  type Config,
  defaultPolicy,
  type Feedback,
  FRAME,
  FRAME_HEAD,
  FRAME_PAD,
  type Graph,
  type GraphEdge,
  type GraphNode,
  type NodeTypeInfo,
  type NodeTypes,
  nodeByKey,
  type Policy,
  type Position,
  ROUNDS,
  type Size,
  SNAP,
  snap,
} from './document';
import { freshId, freshKey, keysOf } from './keys';
import { descendantsOf, forwardEdges } from './order';
import { portsOf, UNDO } from './ports';
import { defaultsOf } from './schema';

/** Distance from the left edge of a card to the left edge of the next. */
export const COLUMN = 348;
export const ROW = 120;

export interface NewStep {
  type: NodeTypeInfo;
  at: Position;
  parent?: string | null;
}

/** Adds a loose step with the defaults of its type; gives its key. */
export function addStep(graph: Graph, step: NewStep): string {
  const key = freshKey(step.type.key, keysOf(graph));
  const twins = graph.nodes.filter((node) => node.type === step.type.key).length;
  graph.nodes.push({
    key,
    type: step.type.key,
    type_version: step.type.version,
    name: twins > 0 ? `${step.type.title} ${twins + 1}` : step.type.title,
    config: defaultsOf(step.type.config_schema),
    policy: defaultPolicy(),
    join: 'all',
    join_count: null,
    cancel_rest: false,
    parent: step.parent ?? null,
    position: { x: snap(step.at.x), y: snap(step.at.y) },
    size: step.type.kind === 'container' ? { ...FRAME } : null,
    off: false,
    note: '',
  });
  return key;
}

/** Draws a line when the rules allow it; gives its id, else null. */
export function connect(graph: Graph, nodeTypes: NodeTypes, from: LineEnd, to: LineEnd): string | null {
  const verdict = canConnect(graph, nodeTypes, from, to);
  if (!verdict.ok) return null;
  const id = freshId();
  const feedback = verdict.back ? newFeedback() : null;
  graph.edges.push({ id, source: from.node, source_port: from.port, target: to.node, target_port: to.port, feedback });
  return id;
}

/** Moves one end of a line to another step; the line stays as it was when the rules forbid it. */
export function reconnect(graph: Graph, nodeTypes: NodeTypes, id: string, from: LineEnd, to: LineEnd): boolean {
  const edge = graph.edges.find((one) => one.id === id);
  const verdict = canConnect(graph, nodeTypes, from, to, id);
  if (!edge || !verdict.ok) return false;
  const feedback = verdict.back ? (edge.feedback ?? newFeedback()) : null;
  Object.assign(edge, { source: from.node, source_port: from.port, target: to.node, target_port: to.port, feedback });
  return true;
}

function newFeedback(): Feedback {
  return { when: null, max_rounds: ROUNDS.usual };
}

/** Changes when and how often a line leads back; only of lines that do. */
export function setFeedback(graph: Graph, id: string, change: Partial<Feedback>): void {
  const edge = graph.edges.find((one) => one.id === id);
  if (edge?.feedback) Object.assign(edge.feedback, change);
}

/** Changes when a step with several incoming lines begins. */
export function setJoin(
  graph: Graph,
  key: string,
  change: Partial<Pick<GraphNode, 'join' | 'join_count' | 'cancel_rest'>>,
): void {
  const node = nodeByKey(graph, key);
  if (!node) return;
  Object.assign(node, change);
  // Where all are waited for there is no rest.
  if (node.join === 'all') node.cancel_rest = false;
}

/** Adds a step right of `from`, or where a person pointed on the canvas, and draws the line to it. */
export function addStepAfter(
  graph: Graph,
  nodeTypes: NodeTypes,
  type: NodeTypeInfo,
  from: LineEnd,
  pointed?: Position,
): string {
  const source = nodeByKey(graph, from.node) as GraphNode;
  const ports = portsOf(source, nodeTypes.get(source.type), from.port === UNDO.key);
  const row = Math.max(
    0,
    ports.findIndex((port) => port.key === from.port),
  );
  const given = sizeOf(source);
  const size = type.kind === 'container' ? FRAME : CARD;
  const wanted = pointed
    ? within(graph, source.parent, { x: pointed.x, y: pointed.y - size.height / 2 })
    : {
        x: source.position.x + given.width + COLUMN - CARD.width,
        y: source.position.y + (given.height - size.height) / 2 + row * ROW,
      };
  const at = freePlace(graph, source.parent, wanted, size);
  const key = addStep(graph, { type, at, parent: source.parent });
  connect(graph, nodeTypes, from, { node: key, port: 'in' });
  growFrame(graph, source.parent);
  return key;
}

/** Adds a step that leads to `to`, its right edge where a person pointed on the canvas. */
export function addStepBefore(
  graph: Graph,
  nodeTypes: NodeTypes,
  type: NodeTypeInfo,
  to: LineEnd,
  pointed: Position,
): string {
  const { parent } = nodeByKey(graph, to.node) as GraphNode;
  const size = type.kind === 'container' ? FRAME : CARD;
  const wanted = within(graph, parent, { x: pointed.x - size.width, y: pointed.y - size.height / 2 });
  const key = addStep(graph, { type, at: freePlace(graph, parent, wanted, size), parent });
  const [port] = portsOf(nodeByKey(graph, key) as GraphNode, type);
  if (port) connect(graph, nodeTypes, { node: key, port: port.key }, to);
  growFrame(graph, parent);
  return key;
}

/** A place on the canvas as a step inside this frame counts it, and never outside of it. */
function within(graph: Graph, parent: string | null, { x, y }: Position): Position {
  const frame = nodeByKey(graph, parent);
  if (!frame) return { x, y };
  return { x: Math.max(x - frame.position.x, FRAME_PAD), y: Math.max(y - frame.position.y, FRAME_HEAD + 12) };
}

/** Puts a step into a line; what comes after moves right to make room. */
export function insertOnLine(graph: Graph, nodeTypes: NodeTypes, type: NodeTypeInfo, edgeId: string): string | null {
  const edge = graph.edges.find((one) => one.id === edgeId);
  const source = nodeByKey(graph, edge?.source);
  const target = nodeByKey(graph, edge?.target);
  if (!edge || !source || !target || type.kind === 'start') return null;
  const step = { width: type.kind === 'container' ? FRAME.width : CARD.width };
  const at = { x: source.position.x + sizeOf(source).width + COLUMN - CARD.width, y: target.position.y };
  const shift = at.x + step.width + COLUMN - CARD.width - target.position.x;
  if (shift > 0) {
    for (const key of [target.key, ...descendantsOf(graph, target.key)]) {
      const node = nodeByKey(graph, key);
      if (node) node.position.x = snap(node.position.x + shift);
    }
  }
  const key = addStep(graph, { type, at, parent: source.parent });
  const end: LineEnd = { node: target.key, port: edge.target_port };
  reconnect(graph, nodeTypes, edge.id, { node: source.key, port: edge.source_port }, { node: key, port: 'in' });
  const [port] = portsOf(nodeByKey(graph, key) as GraphNode, type);
  if (port) connect(graph, nodeTypes, { node: key, port: port.key }, end);
  growFrame(graph, source.parent);
  return key;
}

/** Removes steps (a frame with its inside). A removed middle step with one way on leaves a line across the gap. */
export function deleteSteps(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[]): void {
  const doomed = new Set(keys);
  for (const node of graph.nodes) if (node.parent && doomed.has(node.parent)) doomed.add(node.key);
  for (const key of doomed) {
    heal(graph, nodeTypes, key);
    graph.nodes = graph.nodes.filter((node) => node.key !== key);
  }
}

function heal(graph: Graph, nodeTypes: NodeTypes, key: string): void {
  // A way back, and the way to undo a step, belong to the step itself.
  const lines = forwardEdges(graph).filter((edge) => edge.source_port !== UNDO.key);
  const before = lines.filter((edge) => edge.target === key);
  const after = lines.filter((edge) => edge.source === key);
  graph.edges = graph.edges.filter((edge) => edge.source !== key && edge.target !== key);
  if (new Set(after.map((edge) => edge.source_port)).size !== 1) return;
  for (const from of before) {
    for (const to of after) {
      connect(
        graph,
        nodeTypes,
        { node: from.source, port: from.source_port },
        { node: to.target, port: to.target_port },
      );
    }
  }
}

export function deleteLines(graph: Graph, ids: readonly string[]): void {
  graph.edges = graph.edges.filter((edge) => !ids.includes(edge.id));
}

export interface Placed {
  key: string;
  position: Position;
  size?: Size;
}

/** Puts steps at positions (drag, arrow keys, Tidy up). */
export function moveSteps(graph: Graph, placed: readonly Placed[]): void {
  for (const one of placed) {
    const node = nodeByKey(graph, one.key);
    if (!node) continue;
    node.position = { x: snap(one.position.x), y: snap(one.position.y) };
    if (one.size) node.size = one.size;
  }
}

/** An empty name means: the title of the type again. */
export function renameStep(graph: Graph, key: string, name: string): void {
  const node = nodeByKey(graph, key);
  if (node) node.name = name.trim();
}

export function setNote(graph: Graph, key: string, note: string): void {
  const node = nodeByKey(graph, key);
  if (node) node.note = note;
}

export function setConfig(graph: Graph, key: string, config: Config): void {
  const node = nodeByKey(graph, key);
  if (!node) return;
  node.config = config;
}

/** Sets one place of the settings; `undefined` takes the setting away. Missing levels on the way are made. */
export function setConfigAt(graph: Graph, key: string, path: readonly (string | number)[], value: unknown): void {
  const node = nodeByKey(graph, key);
  const last = path.at(-1);
  if (!node || last === undefined) return;
  let place = node.config as Record<string | number, unknown>;
  path.slice(0, -1).forEach((step, index) => {
    if (place[step] === null || typeof place[step] !== 'object')
      place[step] = typeof path[index + 1] === 'number' ? [] : {};
    place = place[step] as Record<string | number, unknown>;
  });
  if (value === undefined && Array.isArray(place)) place.splice(Number(last), 1);
  else if (value === undefined) delete place[last];
  else place[last] = value;
}

export function setPolicy(graph: Graph, key: string, change: Partial<Policy>): void {
  const node = nodeByKey(graph, key);
  if (!node) return;
  Object.assign(node.policy, change);
  if (node.policy.on_error !== 'path') {
    graph.edges = graph.edges.filter((edge) => edge.source !== key || edge.source_port !== 'error');
  }
}

export function switchOff(graph: Graph, keys: readonly string[], off: boolean): void {
  for (const node of graph.nodes) if (keys.includes(node.key)) node.off = off;
}

/** Takes lines away whose port is gone, e.g. after a case of a switch was removed. */
export function dropLooseLines(graph: Graph, nodeTypes: NodeTypes, key: string): void {
  const node = nodeByKey(graph, key);
  if (!node) return;
  const ports = new Set(portsOf(node, nodeTypes.get(node.type), true).map((port) => port.key));
  graph.edges = graph.edges.filter((edge: GraphEdge) => edge.source !== key || ports.has(edge.source_port));
}

export function sizeOf(node: GraphNode): Size {
  return node.size ?? CARD;
}

/** Whether two cards cover each other, or stand so close above each other that they look like one. */
export function overlaps(a: Position & Size, b: Position & Size): boolean {
  return a.x < b.x + b.width && a.x + a.width > b.x && a.y < b.y + b.height + SNAP && a.y + a.height + SNAP > b.y;
}

/** The next place below `wanted` where a step of this size covers nothing. */
export function freePlace(graph: Graph, parent: string | null, wanted: Position, size: Size = CARD): Position {
  const others = graph.nodes.filter((node) => node.parent === parent);
  const at = { x: snap(wanted.x), y: snap(wanted.y) };
  const covered = () => others.some((node) => overlaps({ ...at, ...size }, { ...node.position, ...sizeOf(node) }));
  while (covered()) at.y += ROW;
  return at;
}

/** A frame grows so that all its steps stand inside. */
export function growFrame(graph: Graph, key: string | null): void {
  const frame = nodeByKey(graph, key);
  if (!frame) return;
  const size = frame.size ?? { ...FRAME };
  for (const node of graph.nodes) {
    if (node.parent !== frame.key) continue;
    const inner = sizeOf(node);
    size.width = Math.max(size.width, node.position.x + inner.width + 48);
    size.height = Math.max(size.height, node.position.y + inner.height + 48);
  }
  frame.size = { width: size.width, height: size.height };
}
