/** Groups as the drawing library sees them: a border that follows its members, or one card in their place. */

import { applyNodeChanges, type Node, type NodeChange } from '@xyflow/react';
import type { Box } from '@/core/graph/boxes';
import { CARD, type Graph, type GraphGroup, NOTE_SIZE, type NodeTypes, type Position } from '@/core/graph/document';
import { borderOf, boxOfGroup, foldedBox, hiddenSteps, parentOf } from '@/core/graph/groups';
import { type FlowNode, NOTE_PREFIX } from './flow-mapper';

export const GROUP_PREFIX = 'group:';
/** Only the head of an open group can be taken hold of; inside of it the canvas is as it was. */
export const GROUP_HANDLE = 'group-head';

export interface GroupData extends Record<string, unknown> {
  group: GraphGroup;
  /** Ids of the cards and notes that stand inside, one a line: a value, so that it compares cheaply. */
  members: string;
  /** Of the steps that it hides. */
  problems: number;
  /** Its title is to be written now. */
  naming: boolean;
}

export type GroupFlowNode = Node<GroupData, 'group-box'>;

export interface GroupOptions {
  readOnly: boolean;
  problems: Readonly<Record<string, number>>;
  naming: string | null;
}

export function flowGroups(graph: Graph, nodeTypes: NodeTypes, options: GroupOptions): GroupFlowNode[] {
  if (graph.groups.length === 0) return [];
  const hidden = hiddenSteps(graph);
  return graph.groups.flatMap((group): GroupFlowNode[] => {
    const border = boxOfGroup(graph, nodeTypes, group);
    if (!border) return [];
    const { x, y, ...size } = group.collapsed ? foldedBox(border) : border;
    const away = [...hidden].filter(([, by]) => by === group.id).map(([key]) => key);
    return [
      {
        id: GROUP_PREFIX + group.id,
        type: 'group-box',
        position: { x, y },
        ...size,
        style: { ...size, ...(group.collapsed ? {} : { pointerEvents: 'none' }) },
        dragHandle: `.${GROUP_HANDLE}`,
        selectable: false,
        connectable: false,
        // Below what it holds; inside of a frame it lies upon the frame.
        zIndex: group.collapsed ? 2 : parentOf(graph, group) ? 1 : -2,
        data: {
          group,
          members: [...group.nodes, ...group.notes.map((id) => NOTE_PREFIX + id)].join('\n'),
          problems: away.reduce((sum, key) => sum + (options.problems[key] ?? 0), 0),
          naming: options.naming === group.id,
        },
      },
    ];
  });
}

/** Takes changes over: members go with the border that is dragged, and a border goes round its members again. */
export function applyWithGroups(changes: NodeChange<FlowNode>[], before: FlowNode[]): FlowNode[] {
  const groups = before.filter((node): node is GroupFlowNode => node.type === 'group-box');
  if (groups.length === 0) return applyNodeChanges(changes, before);
  const after = applyNodeChanges([...changes, ...ofMembers(changes, before, groups)], before);
  const touched = changes.some((one) => one.type === 'position' || (one.type === 'dimensions' && one.resizing));
  return touched ? fitted(after) : after;
}

function ofMembers(
  changes: readonly NodeChange<FlowNode>[],
  before: readonly FlowNode[],
  groups: readonly GroupFlowNode[],
): NodeChange<FlowNode>[] {
  const own = new Set(changes.flatMap((change) => (change.type === 'position' ? change.id : [])));
  return changes.flatMap((change): NodeChange<FlowNode>[] => {
    if (change.type !== 'position' || !change.position) return [];
    const group = groups.find((one) => one.id === change.id);
    if (!group) return [];
    const by = { x: change.position.x - group.position.x, y: change.position.y - group.position.y };
    const members = new Set(group.data.members.split('\n'));
    return before
      .filter((node) => members.has(node.id) && !own.has(node.id))
      .map((node) => ({
        type: 'position',
        id: node.id,
        position: { x: node.position.x + by.x, y: node.position.y + by.y },
        dragging: change.dragging ?? false,
      }));
  });
}

function fitted(nodes: FlowNode[]): FlowNode[] {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const place = (node: FlowNode): Position => {
    const parent = node.parentId ? known.get(node.parentId) : undefined;
    const base = parent ? place(parent) : { x: 0, y: 0 };
    return { x: base.x + node.position.x, y: base.y + node.position.y };
  };
  const boxOf = (node: FlowNode): Box => ({
    ...place(node),
    width: node.width ?? CARD.width,
    height: node.height ?? NOTE_SIZE.height,
  });
  return nodes.map((node) => {
    if (node.type !== 'group-box' || node.data.group.collapsed) return node;
    const members = node.data.members.split('\n').flatMap((id) => known.get(id) ?? []);
    const border = borderOf(members.map(boxOf));
    if (!border || isAt(node, border)) return node;
    const { x, y, width, height } = border;
    return { ...node, position: { x, y }, width, height, style: { ...node.style, width, height } };
  });
}

function isAt(node: FlowNode, box: Box): boolean {
  return (
    node.position.x === box.x && node.position.y === box.y && node.width === box.width && node.height === box.height
  );
}

/** The edges of a step's lines as they are seen: a group that hides a step stands for it. */
export function seenEnd(hidden: ReadonlyMap<string, string>, key: string): string {
  const group = hidden.get(key);
  return group ? GROUP_PREFIX + group : key;
}
