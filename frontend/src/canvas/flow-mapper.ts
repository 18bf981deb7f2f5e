import type { Edge, Node } from '@xyflow/react';
import { sizeOf } from '@/core/graph/commands';
import {
  CARD,
  type Feedback,
  FRAME,
  type Graph,
  type GraphEdge,
  type GraphNode,
  type GraphNote,
  NOTE_SIZE,
  type NodeTypeInfo,
  type NodeTypes,
  nodeByKey,
  type Port,
} from '@/core/graph/document';
import { absolutePosition } from '@/core/graph/frames';
import { hiddenNotes, hiddenSteps } from '@/core/graph/groups';
import { forwardEdges, readingOrder } from '@/core/graph/order';
import { cardHeight, portsIn, portsOf, UNDO } from '@/core/graph/ports';
import { LINE_PREFIX } from '@/core/graph/problems';
import { flowGroups, type GroupFlowNode, type GroupOptions, seenEnd } from './group-flow';

export interface StepData extends Record<string, unknown> {
  node: GraphNode;
  type: NodeTypeInfo | undefined;
  problems: number;
  /** Keys of output ports that have a line, joined by a space: a value, so that it compares cheaply. */
  taken: string;
  /** Only of frames: how many steps stand inside. */
  inside: number;
  ports: Port[];
  /** How many lines lead in, those that lead back left out. */
  incoming: number;
}

export interface NoteData extends Record<string, unknown> {
  note: GraphNote;
}

export interface LineData extends Record<string, unknown> {
  /** The steps at its ends, also where a group hides them. */
  from: string;
  to: string;
  /** The way out of its source it leaves by. */
  port: string;
  label: string;
  /** Which of the ways out of its source it takes, and how many there are. */
  index: number;
  ways: number;
  feedback: Feedback | null;
  /** Only of lines that lead back: how far down they go to pass below the steps between, in canvas units. */
  low: number;
  /** Only of lines that lead back: their problems. */
  problems: number;
}

export type StepFlowNode = Node<StepData, 'step' | 'frame'>;
export type NoteFlowNode = Node<NoteData, 'note'>;
export type FlowNode = StepFlowNode | NoteFlowNode | GroupFlowNode;
export type LineFlowEdge = Edge<LineData, 'line'>;

export const NOTE_PREFIX = 'note:';

export type FlowOptions = GroupOptions;

const BELOW = 44;
const APART = 20;

/** The document as the drawing library wants it. Frames come before their inside; notes lie below everything. */
export function flowNodes(graph: Graph, nodeTypes: NodeTypes, options: FlowOptions): FlowNode[] {
  const taken = new Map<string, Set<string>>();
  for (const edge of graph.edges) {
    const ports = taken.get(edge.source) ?? new Set();
    taken.set(edge.source, ports.add(edge.source_port));
  }
  const incoming = new Map<string, number>();
  for (const { target } of forwardEdges(graph)) incoming.set(target, (incoming.get(target) ?? 0) + 1);
  const inside = new Map<string, number>();
  for (const node of graph.nodes) if (node.parent) inside.set(node.parent, (inside.get(node.parent) ?? 0) + 1);
  const hidden = hiddenSteps(graph);
  const away = hiddenNotes(graph);
  const notes = graph.notes.filter((note) => !away.has(note.id)).map((note) => flowNote(note));
  const seen = readingOrder(graph).filter((node) => !hidden.has(node.key));
  const steps = seen.map((node): StepFlowNode => {
    const type = nodeTypes.get(node.type);
    const frame = type?.kind === 'container';
    const ports = portsOf(node, type, taken.get(node.key)?.has(UNDO.key));
    const size = frame ? (node.size ?? FRAME) : { width: CARD.width, height: cardHeight(ports.length) };
    return {
      id: node.key,
      type: frame ? 'frame' : 'step',
      position: node.position,
      ...(node.parent ? { parentId: node.parent } : {}),
      ...size,
      style: size,
      connectable: !options.readOnly,
      zIndex: frame ? 0 : 2,
      data: {
        node,
        type,
        problems: options.problems[node.key] ?? 0,
        taken: [...(taken.get(node.key) ?? [])].sort().join(' '),
        inside: inside.get(node.key) ?? 0,
        ports,
        incoming: incoming.get(node.key) ?? 0,
      },
    };
  });
  return [...flowGroups(graph, nodeTypes, options), ...notes, ...steps];
}

function flowNote(note: GraphNote): NoteFlowNode {
  const size = note.size ?? NOTE_SIZE;
  return {
    id: NOTE_PREFIX + note.id,
    type: 'note',
    position: note.position,
    ...size,
    style: size,
    connectable: false,
    zIndex: -1,
    data: { note },
  };
}

export function flowEdges(graph: Graph, nodeTypes: NodeTypes, { readOnly, problems }: FlowOptions): LineFlowEdge[] {
  const nodes = new Map(graph.nodes.map((node) => [node.key, node]));
  const hidden = hiddenSteps(graph);
  return graph.edges.flatMap((edge): LineFlowEdge[] => {
    const source = nodes.get(edge.source);
    if (!source || !nodes.has(edge.target)) return [];
    const [from, to] = [seenEnd(hidden, edge.source), seenEnd(hidden, edge.target)];
    if (from === to) return [];
    const folded = from !== edge.source;
    const ports = portsIn(graph, source, nodeTypes.get(source.type));
    const index = ports.findIndex((one) => one.key === edge.source_port);
    return [
      {
        id: edge.id,
        type: 'line',
        source: from,
        sourceHandle: folded ? 'out' : edge.source_port,
        target: to,
        targetHandle: edge.target_port,
        reconnectable: !readOnly && !folded && to === edge.target,
        selectable: !readOnly,
        zIndex: 1,
        // The line names itself, with what went through it.
        ariaLabel: null as unknown as string,
        ariaRole: 'presentation',
        domAttributes: { 'aria-roledescription': undefined },
        data: {
          from: edge.source,
          to: edge.target,
          port: edge.source_port,
          label: folded ? '' : (ports[index]?.label ?? edge.source_port),
          index: folded ? 0 : index,
          ways: folded ? 1 : ports.length,
          feedback: edge.feedback,
          low: edge.feedback ? lowestOf(graph, edge) : 0,
          problems: problems[LINE_PREFIX + edge.id] ?? 0,
        },
      },
    ];
  });
}

/** Below everything that stands between the ends of a line back; several such lines keep apart. */
function lowestOf(graph: Graph, back: GraphEdge): number {
  const ends = [nodeByKey(graph, back.source), nodeByKey(graph, back.target)].filter((node) => node !== undefined);
  const parent = ends[0]?.parent ?? null;
  const left = Math.min(...ends.map((node) => node.position.x));
  const right = Math.max(...ends.map((node) => node.position.x + sizeOf(node).width));
  const between = graph.nodes.filter(
    (node) => node.parent === parent && node.position.x < right && node.position.x + sizeOf(node).width > left,
  );
  const bottom = Math.max(...between.map((node) => absolutePosition(graph, node).y + sizeOf(node).height));
  const others = graph.edges.filter((edge) => edge.feedback !== null).indexOf(back);
  return bottom + BELOW + Math.max(others, 0) * APART;
}

/** Keeps what is the same, so that only changed cards are drawn again, and what the library has measured. */
export function mergeNodes(
  before: readonly FlowNode[],
  after: readonly FlowNode[],
  selected: ReadonlySet<string>,
): FlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  return after.map((node) => {
    const old = known.get(node.id);
    const chosen = isChosen(node, old, selected);
    if (!old) return { ...node, selected: chosen };
    const data = sameFields(old.data, node.data) ? old.data : node.data;
    return {
      ...node,
      data,
      selected: chosen,
      ...(old.measured ? { measured: sizeMatches(old, node) ? old.measured : undefined } : {}),
    } as FlowNode;
  });
}

/** A group that is folded away is chosen with what it hides. */
function isChosen(node: FlowNode, old: FlowNode | undefined, selected: ReadonlySet<string>): boolean {
  if (node.type === 'note') return old?.selected ?? false;
  if (node.type !== 'group-box') return selected.has(node.id);
  const { collapsed, nodes } = node.data.group;
  return collapsed && nodes.some((key) => selected.has(key));
}

function sizeMatches(a: FlowNode, b: FlowNode): boolean {
  return a.width === b.width && a.height === b.height;
}

function sameFields(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key] || samePorts(a[key], b[key]));
}

/** Ports are made anew with every change of the document. */
function samePorts(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return (a as Port[]).every((port, index) => port.key === (b as Port[])[index]?.key && port.label === b[index].label);
}
