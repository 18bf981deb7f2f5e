/** Groups: what people look at together, fold away and move as one. A run knows nothing of them. */

import { current, isDraft } from 'immer';
import { around, type Box, boxOfStep, covers, holdsMiddle, outermost } from './boxes';
import { growFrame } from './commands';
import {
  CARD,
  type Graph,
  type GraphGroup,
  type GraphNote,
  NOTE_SIZE,
  type NodeTypes,
  nodeByKey,
  type Position,
  snap,
} from './document';
import { freshId } from './keys';
import { forwardEdges } from './order';

export const GROUP_PAD = 24;
export const GROUP_HEAD = 36;
/** Between a group that has just been opened and what stood in its place. */
const GAP = 48;

export interface PlacedNote {
  id: string;
  position: Position;
}

export type GroupRefusal = 'few' | 'border';

/** Why these cannot become a group; null when they can. */
export function refuseGroup(graph: Graph, keys: readonly string[]): GroupRefusal | null {
  const members = outermost(graph, keys);
  if (members.length < 2) return 'few';
  const parents = new Set(members.map((key) => nodeByKey(graph, key)?.parent ?? null));
  return parents.size > 1 ? 'border' : null;
}

/** Makes a group of them and of the notes that stand among them; gives its id. A member leaves the group it was in. */
export function makeGroup(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[], title: string): string {
  const nodes = outermost(graph, keys);
  const box = around(nodes.map((key) => stepBox(graph, nodeTypes, key)));
  const notes = graph.notes.filter((note) => box && holdsMiddle(box, noteBox(note))).map((note) => note.id);
  leaveGroups(graph, nodes, notes);
  const id = freshId();
  graph.groups.push({ id, title, nodes, notes, collapsed: false, colour: 'grey' });
  return id;
}

/** Takes the border away; steps, lines and notes stay. */
export function ungroup(graph: Graph, id: string): void {
  graph.groups = graph.groups.filter((group) => group.id !== id);
}

/** Takes steps and notes out of whatever group they are in; a group without members is gone. */
export function leaveGroups(graph: Graph, nodes: readonly string[], notes: readonly string[] = []): void {
  for (const group of graph.groups) {
    if (group.nodes.some((key) => nodes.includes(key))) group.nodes = group.nodes.filter((key) => !nodes.includes(key));
    if (group.notes.some((id) => notes.includes(id))) group.notes = group.notes.filter((id) => !notes.includes(id));
  }
  if (graph.groups.some(isEmpty)) graph.groups = graph.groups.filter((group) => !isEmpty(group));
}

export function putNoteIntoGroup(graph: Graph, note: string, id: string | null): void {
  if (groupById(graph, id)?.notes.includes(note)) return;
  leaveGroups(graph, [], [note]);
  groupById(graph, id)?.notes.push(note);
}

/** A title of nothing but spaces changes nothing. */
export function changeGroup(graph: Graph, id: string, change: Partial<Pick<GraphGroup, 'title' | 'colour'>>): void {
  const group = groupById(graph, id);
  if (!group) return;
  if (change.title?.trim()) group.title = change.title.trim();
  if (change.colour) group.colour = change.colour;
}

/** Folds a group away, or opens it; what stands where its inside is to be moves right. */
export function foldGroup(graph: Graph, nodeTypes: NodeTypes, id: string, collapsed: boolean): void {
  const group = groupById(graph, id);
  if (!group || group.collapsed === collapsed) return;
  group.collapsed = collapsed;
  if (!collapsed) makeRoom(graph, nodeTypes, group);
}

export function moveGroup(graph: Graph, id: string, by: Position): void {
  const group = groupById(graph, id);
  if (!group) return;
  const shift = (at: Position) => ({ x: snap(at.x + by.x), y: snap(at.y + by.y) });
  for (const node of graph.nodes) if (group.nodes.includes(node.key)) node.position = shift(node.position);
  for (const note of graph.notes) if (group.notes.includes(note.id)) note.position = shift(note.position);
  growFrame(graph, parentOf(graph, group));
}

export function moveNotes(graph: Graph, placed: readonly PlacedNote[]): void {
  for (const { id, position } of placed) {
    const note = graph.notes.find((one) => one.id === id);
    if (note) note.position = { x: snap(position.x), y: snap(position.y) };
  }
}

/** Steps that stand in no group and were dropped inside the border of one join it. */
export function joinGroupsUnder(graph: Graph, nodeTypes: NodeTypes, keys: readonly string[]): void {
  const now = settled(graph);
  for (const key of keys) {
    const node = nodeByKey(now, key);
    if (!node || groupOf(now, key)) continue;
    const own = stepBox(now, nodeTypes, key);
    const target = now.groups.find(
      (group) =>
        !group.collapsed && parentOf(now, group) === node.parent && lies(own, boxOfGroup(now, nodeTypes, group)),
    );
    if (target) groupById(graph, target.id)?.nodes.push(key);
  }
}

/** The same of notes. */
export function joinNotesUnder(graph: Graph, nodeTypes: NodeTypes, ids: readonly string[]): void {
  const now = settled(graph);
  for (const id of ids) {
    const note = now.notes.find((one) => one.id === id);
    if (!note || now.groups.some((group) => group.notes.includes(id))) continue;
    const target = now.groups.find(
      (group) => !group.collapsed && lies(noteBox(note), boxOfGroup(now, nodeTypes, group)),
    );
    if (target) groupById(graph, target.id)?.notes.push(id);
  }
}

function lies(inner: Box, outer: Box | null): boolean {
  return outer !== null && holdsMiddle(outer, inner);
}

/**
 * After every edit: what was deleted or moved to another side of a frame is in no group any more, and a step that has
 * just come to lie between two members (they lead to it and it leads back to them) belongs to their group.
 */
export function keepGroups(before: Graph, graph: Graph): void {
  const now = settled(graph);
  if (now.groups.length === 0) return;
  if (now.nodes === before.nodes && now.edges === before.edges && now.notes === before.notes) return;
  const parents = new Map(now.nodes.map((node) => [node.key, node.parent]));
  const notes = new Set(now.notes.map((note) => note.id));
  const grouped = new Set(now.groups.flatMap((group) => group.nodes));
  now.groups.forEach((group, index) => {
    const target = graph.groups[index] as GraphGroup;
    const parent = parents.get(group.nodes.find((key) => parents.has(key)) ?? '');
    const nodes = group.nodes.filter((key) => parents.has(key) && parents.get(key) === parent);
    if (now.edges !== before.edges) {
      const known = between(before, nodes);
      for (const key of between(now, nodes)) {
        if (known.has(key) || grouped.has(key) || parents.get(key) !== parent) continue;
        nodes.push(key);
        grouped.add(key);
      }
    }
    if (nodes.length !== group.nodes.length || nodes.some((key, at) => key !== group.nodes[at])) target.nodes = nodes;
    const kept = group.notes.filter((id) => notes.has(id));
    if (kept.length !== group.notes.length) target.notes = kept;
  });
  if (graph.groups.some(isEmpty)) graph.groups = graph.groups.filter((group) => !isEmpty(group));
}

/** Steps outside that lie on a way from one member to another. */
function between(graph: Graph, members: readonly string[]): Set<string> {
  const edges = forwardEdges(graph);
  const after = reach(members, edges, 'source', 'target');
  const before = reach(members, edges, 'target', 'source');
  return new Set([...after].filter((key) => before.has(key) && !members.includes(key)));
}

function reach(
  from: readonly string[],
  edges: readonly { source: string; target: string }[],
  here: 'source' | 'target',
  there: 'source' | 'target',
): Set<string> {
  const ways = new Map<string, string[]>();
  for (const edge of edges) {
    const known = ways.get(edge[here]);
    if (known) known.push(edge[there]);
    else ways.set(edge[here], [edge[there]]);
  }
  const found = new Set<string>();
  const open = [...from];
  while (open.length > 0) {
    for (const key of ways.get(open.pop() as string) ?? []) {
      if (found.has(key)) continue;
      found.add(key);
      open.push(key);
    }
  }
  return found;
}

/** Groups that hold more than before, or became larger because one of their members was moved away from the others. */
export function grownGroups(before: Graph, after: Graph, nodeTypes: NodeTypes): GraphGroup[] {
  return after.groups.filter((group) => {
    const old = groupById(before, group.id);
    if (!old) return false;
    const more = [
      ...group.nodes.filter((key) => !old.nodes.includes(key)),
      ...group.notes.filter((id) => !old.notes.includes(id)),
    ];
    if (more.length > 0) return true;
    const moved = group.nodes.filter((key) => nodeByKey(before, key)?.position !== nodeByKey(after, key)?.position);
    if (moved.length === 0 || moved.length === group.nodes.length) return false;
    const [was, is] = [boxOfGroup(before, nodeTypes, old), boxOfGroup(after, nodeTypes, group)];
    return was !== null && is !== null && (is.width > was.width || is.height > was.height);
  });
}

/** The border of an open group on the whole canvas; null when nothing of it is there. */
export function boxOfGroup(graph: Graph, nodeTypes: NodeTypes, group: GraphGroup): Box | null {
  const steps = graph.nodes.filter((node) => group.nodes.includes(node.key));
  const notes = graph.notes.filter((note) => group.notes.includes(note.id));
  return borderOf([...steps.map((node) => boxOfStep(graph, nodeTypes, node)), ...notes.map(noteBox)]);
}

/** The border around these members. */
export function borderOf(members: readonly Box[]): Box | null {
  const inner = around(members);
  if (!inner) return null;
  return {
    x: inner.x - GROUP_PAD,
    y: inner.y - GROUP_PAD - GROUP_HEAD,
    width: inner.width + 2 * GROUP_PAD,
    height: inner.height + 2 * GROUP_PAD + GROUP_HEAD,
  };
}

/** The card of a group that is folded away. */
export function foldedBox(border: Box): Box {
  return { x: border.x, y: border.y, width: CARD.width, height: CARD.height };
}

/** Steps that are not seen, by the group that hides them; the insides of hidden frames too. */
export function hiddenSteps(graph: Graph): Map<string, string> {
  const hidden = new Map<string, string>();
  for (const group of graph.groups) if (group.collapsed) for (const key of group.nodes) hidden.set(key, group.id);
  if (hidden.size === 0) return hidden;
  const parents = new Map(graph.nodes.map((node) => [node.key, node.parent]));
  for (const node of graph.nodes) {
    for (let parent = node.parent; parent; parent = parents.get(parent) ?? null) {
      const by = hidden.get(parent);
      if (by) hidden.set(node.key, by);
    }
  }
  return hidden;
}

export function hiddenNotes(graph: Graph): Set<string> {
  return new Set(graph.groups.flatMap((group) => (group.collapsed ? group.notes : [])));
}

export function groupOf(graph: Graph, key: string): GraphGroup | undefined {
  return graph.groups.find((group) => group.nodes.includes(key));
}

export function groupById(graph: Graph, id: string | null): GraphGroup | undefined {
  return graph.groups.find((group) => group.id === id);
}

/** The frame in which a group stands. */
export function parentOf(graph: Graph, group: GraphGroup): string | null {
  return nodeByKey(graph, group.nodes[0])?.parent ?? null;
}

export function noteBox(note: GraphNote): Box {
  return { ...note.position, ...(note.size ?? NOTE_SIZE) };
}

function stepBox(graph: Graph, nodeTypes: NodeTypes, key: string): Box {
  const node = nodeByKey(graph, key);
  return node ? boxOfStep(graph, nodeTypes, node) : { x: 0, y: 0, width: 0, height: 0 };
}

function isEmpty(group: GraphGroup): boolean {
  return group.nodes.length + group.notes.length === 0;
}

/** The document as it stands in the middle of an edit; what the edit has not touched keeps its identity. */
function settled(graph: Graph): Graph {
  return isDraft(graph) ? current(graph) : graph;
}

function makeRoom(graph: Graph, nodeTypes: NodeTypes, group: GraphGroup): void {
  const now = settled(graph);
  const parent = parentOf(now, group);
  const box = boxOfGroup(now, nodeTypes, group);
  const hidden = hiddenSteps(now);
  const others = now.nodes
    .filter((node) => node.parent === parent && !group.nodes.includes(node.key) && !hidden.has(node.key))
    .map((node) => ({ key: node.key, box: boxOfStep(now, nodeTypes, node) }));
  const covered = box ? others.filter((one) => covers(one.box, box)) : [];
  if (!box || covered.length === 0) return;
  const from = Math.min(...covered.map((one) => one.box.x));
  const by = box.x + box.width + GAP - from;
  const moving = new Set(others.filter((one) => one.box.x >= from).map((one) => one.key));
  for (const other of now.groups) {
    // Folded ones move whole, with what they hide.
    const border =
      other.collapsed && other.id !== group.id && parentOf(now, other) === parent && boxOfGroup(now, nodeTypes, other);
    if (border && border.x >= from) moveGroup(graph, other.id, { x: by, y: 0 });
  }
  for (const node of graph.nodes) if (moving.has(node.key)) node.position.x = snap(node.position.x + by);
  growFrame(graph, parent);
}
