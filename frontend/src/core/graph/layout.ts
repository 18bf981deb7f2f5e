/** What Tidy up asks of the layout engine, and what its answer means for the document. Pure: the engine runs elsewhere. */

import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js';
import { around, type Box, boxOfStep, covers, outermost, shownSize } from './boxes';
import type { Placed } from './commands';
import {
  CARD,
  FRAME_HEAD,
  FRAME_PAD,
  type Graph,
  type GraphGroup,
  type GraphNode,
  type GraphNote,
  type NodeTypes,
  nodeByKey,
  type Position,
  SNAP,
  snap,
} from './document';
import { absolutePosition } from './frames';
import { boxOfGroup, GROUP_HEAD, GROUP_PAD, hiddenSteps, noteBox, type PlacedNote } from './groups';
import { forwardEdges, readingOrder } from './order';
import { placeOf, portsIn } from './ports';

const OPTIONS: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.spacing.nodeNode': '48',
  'elk.spacing.componentComponent': '60',
  'elk.layered.spacing.nodeNodeBetweenLayers': '108',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
};

/** The one way in of a step; no way out is called so. */
const IN = '<in>';
const GROUP = '<group>';
const NOTE = '<note>';
const GAP = 24;

export interface Tidied {
  steps: Placed[];
  notes: PlacedNote[];
}

/** The chosen steps (null: all of them) for the layout engine; groups and frames keep theirs together. */
export function toElk(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[] | null): ElkNode {
  const { outer, groups } = scope(graph, keys);
  const order = readingOrder(graph);
  const hidden = hiddenSteps(graph);
  const built = new Set<string>();

  const card = (node: GraphNode): ElkNode => {
    built.add(node.key);
    const ports = portsIn(graph, node, nodeTypes.get(node.type));
    const inside = order.filter((one) => one.parent === node.key);
    const size = shownSize(graph, nodeTypes, node);
    return {
      id: node.key,
      ...size,
      ports: [
        { id: `${node.key}/${IN}`, x: 0, y: size.height / 2, layoutOptions: { 'elk.port.side': 'WEST' } },
        ...ports.map((port, index) => ({
          id: `${node.key}/${port.key}`,
          x: size.width,
          y: size.height * placeOf(ports, index),
          layoutOptions: { 'elk.port.side': 'EAST', 'elk.port.index': String(index) },
        })),
      ],
      layoutOptions: {
        // A frame takes the size its inside needs, so its ports cannot be placed beforehand.
        'elk.portConstraints': inside.length > 0 ? 'FIXED_SIDE' : 'FIXED_POS',
        ...(inside.length > 0 ? padding(FRAME_HEAD + 36, FRAME_PAD, 36, 72) : {}),
      },
      ...(inside.length > 0 ? { children: level(inside) } : {}),
    };
  };
  const open = (group: GraphGroup, members: readonly GraphNode[]): ElkNode => ({
    id: GROUP + group.id,
    layoutOptions: padding(GROUP_HEAD + GROUP_PAD, GROUP_PAD, GROUP_PAD, GROUP_PAD),
    children: [
      ...members.map(card),
      ...notesOf(graph, group).map((note) => {
        const { width, height } = noteBox(note);
        return { id: NOTE + note.id, width, height };
      }),
    ],
  });
  const folded = (group: GraphGroup): ElkNode => {
    built.add(GROUP + group.id);
    const middle = CARD.height / 2;
    return {
      id: GROUP + group.id,
      ...CARD,
      ports: [
        { id: `${GROUP}${group.id}/${IN}`, x: 0, y: middle, layoutOptions: { 'elk.port.side': 'WEST' } },
        { id: `${GROUP}${group.id}/out`, x: CARD.width, y: middle, layoutOptions: { 'elk.port.side': 'EAST' } },
      ],
      layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
    };
  };
  /** What stands side by side: groups where their first member would stand. */
  const level = (nodes: readonly GraphNode[]): ElkNode[] => {
    const done = new Set<string>();
    return nodes.flatMap((node): ElkNode[] => {
      const group = groups.find((one) => one.nodes.includes(node.key));
      if (!group) return [card(node)];
      if (done.has(group.id)) return [];
      done.add(group.id);
      return [
        group.collapsed
          ? folded(group)
          : open(
              group,
              nodes.filter((one) => group.nodes.includes(one.key)),
            ),
      ];
    });
  };

  const children = level(order.filter((node) => outer.has(node.key)));
  const edges = forwardEdges(graph).flatMap((edge): ElkExtendedEdge[] => {
    const [from, to] = [hidden.get(edge.source), hidden.get(edge.target)];
    const source = from ? GROUP + from : edge.source;
    const target = to ? GROUP + to : edge.target;
    if (source === target || !built.has(source) || !built.has(target)) return [];
    const port = from ? 'out' : edge.source_port;
    return [{ id: edge.id, sources: [`${source}/${port}`], targets: [`${target}/${IN}`] }];
  });
  return { id: 'root', layoutOptions: OPTIONS, children, edges };
}

function padding(top: number, left: number, bottom: number, right: number): LayoutOptions {
  return { 'elk.padding': `[top=${top},left=${left},bottom=${bottom},right=${right}]` };
}

/** Steps that are laid out themselves, not as the inside of another, and groups of which none is left out. */
function scope(graph: Graph, keys: readonly string[] | null) {
  const chosen = keys ?? graph.nodes.filter((node) => node.parent === null).map((node) => node.key);
  const outer = new Set(outermost(graph, chosen));
  const whole = (group: GraphGroup) =>
    keys === null ||
    !group.nodes.some((key) => graph.nodes.some((one) => one.key === key && !reaches(graph, outer, key)));
  return { outer, groups: graph.groups.filter((group) => group.nodes.length > 0 && whole(group)) };
}

/** Whether a step is laid out, itself or as the inside of one that is. */
function reaches(graph: Graph, outer: ReadonlySet<string>, key: string): boolean {
  for (let node = nodeByKey(graph, key); node; node = nodeByKey(graph, node.parent))
    if (outer.has(node.key)) return true;
  return false;
}

function notesOf(graph: Graph, group: GraphGroup): GraphNote[] {
  return graph.notes.filter((note) => group.notes.includes(note.id));
}

/** New places out of the engine's answer. What was laid out covers nothing else, and loose notes go with the step they stand by. */
export function fromElk(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[] | null, root: ElkNode): Tidied {
  const { outer } = scope(graph, keys);
  const raw = flatten(graph, nodeTypes, root);
  const placed =
    keys === null ? anchorAtFirst(graph, nodeTypes, outer, raw) : anchorAtCorner(graph, nodeTypes, outer, raw);
  const steps = placed.steps.map((one) => ({
    ...one,
    position: { x: snap(one.position.x), y: snap(one.position.y) },
    ...(one.size ? { size: { width: roundUp(one.size.width), height: roundUp(one.size.height) } } : {}),
  }));
  const after = withPlaces(graph, steps, placed.notes);
  const down = keys === null ? 0 : wayFree(after, nodeTypes, outer);
  const shift = ({ x, y }: Position) => ({ x, y: y + down });
  const shifted = steps.map((one) => (outer.has(one.key) ? { ...one, position: shift(one.position) } : one));
  const notes = placed.notes.map((one) => ({ ...one, position: shift(one.position) }));
  const final = withPlaces(graph, shifted, notes);
  return { steps: shifted, notes: [...notes, ...looseNotes(graph, final, nodeTypes, keys !== null)] };
}

/** Positions as the document counts them: inside a frame from the frame, inside a group as if there were no group. */
function flatten(graph: Graph, nodeTypes: NodeTypes, root: ElkNode): Tidied {
  const steps: Placed[] = [];
  const notes: PlacedNote[] = [];
  const visit = (node: ElkNode, base: Position, origin: Position) => {
    const at = { x: base.x + (node.x ?? 0), y: base.y + (node.y ?? 0) };
    const group = node.id.startsWith(GROUP) ? graph.groups.find((one) => GROUP + one.id === node.id) : undefined;
    if (node.id.startsWith(NOTE)) {
      notes.push({ id: node.id.slice(NOTE.length), position: { x: origin.x + at.x, y: origin.y + at.y } });
    } else if (group?.collapsed) {
      const border = boxOfGroup(graph, nodeTypes, group);
      if (!border) return;
      const by = { x: origin.x + at.x - border.x, y: origin.y + at.y - border.y };
      // The frame around may have moved too: what is hidden keeps its place to the card that stands for it.
      const frame = nodeByKey(graph, nodeByKey(graph, group.nodes[0])?.parent);
      const was = frame ? absolutePosition(graph, frame) : { x: 0, y: 0 };
      const local = { x: by.x - origin.x + was.x, y: by.y - origin.y + was.y };
      for (const key of group.nodes) {
        const step = nodeByKey(graph, key);
        if (step) steps.push({ key, position: { x: step.position.x + local.x, y: step.position.y + local.y } });
      }
      for (const note of notesOf(graph, group)) {
        notes.push({ id: note.id, position: { x: note.position.x + by.x, y: note.position.y + by.y } });
      }
    } else if (group) {
      for (const child of node.children ?? []) visit(child, at, origin);
    } else {
      const size = node.children?.length ? { width: node.width ?? 0, height: node.height ?? 0 } : undefined;
      steps.push({ key: node.id, position: at, ...(size ? { size } : {}) });
      const inner = { x: origin.x + at.x, y: origin.y + at.y };
      for (const child of node.children ?? []) visit(child, { x: 0, y: 0 }, inner);
    }
  };
  for (const child of root.children ?? []) visit(child, { x: 0, y: 0 }, { x: 0, y: 0 });
  return { steps, notes };
}

/** The start stays where it is, so that a person finds the beginning again. */
function anchorAtFirst(
  graph: Graph,
  nodeTypes: NodeTypes,
  outer: ReadonlySet<string>,
  { steps, notes }: Tidied,
): Tidied {
  const hidden = hiddenSteps(graph);
  const seen = readingOrder(graph).filter((node) => outer.has(node.key) && !hidden.has(node.key));
  const first = seen.find((node) => nodeTypes.get(node.type)?.kind === 'start') ?? seen[0];
  const now = steps.find((one) => one.key === first?.key);
  if (!first || !now) return { steps, notes };
  return moved(outer, { steps, notes }, first.position.x - now.position.x, first.position.y - now.position.y);
}

/** What was chosen keeps its upper left corner. */
function anchorAtCorner(graph: Graph, nodeTypes: NodeTypes, outer: ReadonlySet<string>, tidied: Tidied): Tidied {
  const places = new Map(tidied.steps.map((one) => [one.key, one.position]));
  const keys = [...outer].filter((key) => places.has(key));
  const boxes = (place: (node: GraphNode) => Position) =>
    around(
      keys.flatMap((key): Box[] => {
        const node = nodeByKey(graph, key);
        return node ? [{ ...place(node), ...shownSize(graph, nodeTypes, node) }] : [];
      }),
    );
  const was = boxes((node) => node.position);
  const is = boxes((node) => places.get(node.key) ?? node.position);
  return was && is ? moved(outer, tidied, was.x - is.x, was.y - is.y) : tidied;
}

function moved(outer: ReadonlySet<string>, { steps, notes }: Tidied, x: number, y: number): Tidied {
  const by = (at: Position) => ({ x: at.x + x, y: at.y + y });
  return {
    steps: steps.map((one) => (outer.has(one.key) ? { ...one, position: by(one.position) } : one)),
    notes: notes.map((one) => ({ ...one, position: by(one.position) })),
  };
}

function withPlaces(graph: Graph, steps: readonly Placed[], notes: readonly PlacedNote[]): Graph {
  const places = new Map(steps.map((one) => [one.key, one]));
  const papers = new Map(notes.map((one) => [one.id, one.position]));
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const to = places.get(node.key);
      return to ? { ...node, position: to.position, ...(to.size ? { size: to.size } : {}) } : node;
    }),
    notes: graph.notes.map((note) => ({ ...note, position: papers.get(note.id) ?? note.position })),
  };
}

/** How far down the chosen steps have to go so that they cover none of the others. */
function wayFree(graph: Graph, nodeTypes: NodeTypes, outer: ReadonlySet<string>): number {
  const parents = new Set([...outer].map((key) => nodeByKey(graph, key)?.parent ?? null));
  const hidden = hiddenSteps(graph);
  const box = (node: GraphNode) => boxOfStep(graph, nodeTypes, node);
  const seen = graph.nodes.filter((node) => parents.has(node.parent) && !hidden.has(node.key));
  const own = seen.filter((node) => outer.has(node.key)).map(box);
  const others = seen.filter((node) => !outer.has(node.key)).map(box);
  let down = 0;
  const covered = () => own.some((one) => others.some((other) => covers({ ...one, y: one.y + down }, roomy(other))));
  while (covered()) down += SNAP;
  return down;
}

/** Notes in no group: each keeps its place to the nearest step, and goes up until it covers nothing. */
function looseNotes(before: Graph, after: Graph, nodeTypes: NodeTypes, few: boolean): PlacedNote[] {
  const grouped = new Set(after.groups.flatMap((group) => group.notes));
  const hidden = hiddenSteps(after);
  const outer = before.nodes.filter((node) => node.parent === null && !hidden.has(node.key));
  const taken = [
    ...outer.flatMap((node) => {
      const now = nodeByKey(after, node.key);
      return now ? [boxOfStep(after, nodeTypes, now)] : [];
    }),
    ...after.groups.flatMap((group) => boxOfGroup(after, nodeTypes, group) ?? []),
  ];
  return before.notes.flatMap((note): PlacedNote[] => {
    if (grouped.has(note.id)) return [];
    const near = nearest(outer, note);
    const now = nodeByKey(after, near?.key);
    const by =
      near && now ? { x: now.position.x - near.position.x, y: now.position.y - near.position.y } : { x: 0, y: 0 };
    if (few && by.x === 0 && by.y === 0) return [];
    const box = { ...noteBox(note), x: snap(note.position.x + by.x), y: snap(note.position.y + by.y) };
    while (taken.some((other) => covers(box, other))) box.y -= SNAP;
    taken.push(box);
    return [{ id: note.id, position: { x: box.x, y: box.y } }];
  });
}

function nearest(nodes: readonly GraphNode[], note: GraphNote): GraphNode | undefined {
  const far = ({ position: { x, y } }: GraphNode) => Math.hypot(x - note.position.x, y - note.position.y);
  return nodes.reduce<GraphNode | undefined>((best, node) => (!best || far(node) < far(best) ? node : best), undefined);
}

function roomy(box: Box): Box {
  return { x: box.x - GAP, y: box.y - GAP, width: box.width + 2 * GAP, height: box.height + 2 * GAP };
}

function roundUp(value: number): number {
  return Math.ceil(value / SNAP) * SNAP;
}
