import type { Placed } from '@/core/graph/commands';
import { type Graph, type NodeTypes, nodeByKey, type Position } from '@/core/graph/document';
import { boxOfGroup, type PlacedNote } from '@/core/graph/groups';
import type { FlowNode } from './flow-mapper';

export interface Dragged {
  steps: Placed[];
  notes: PlacedNote[];
}

/** What a drag means for the document: steps and notes at new places, those of dragged groups among them. */
export function draggedTo(graph: Graph, nodeTypes: NodeTypes, dragged: readonly FlowNode[]): Dragged {
  const steps = new Map<string, Position>();
  const notes = new Map<string, Position>();
  for (const one of dragged) {
    if (one.type === 'note') notes.set(one.data.note.id, one.position);
    else if (one.type !== 'group-box') steps.set(one.id, one.position);
  }
  for (const one of dragged) {
    if (one.type !== 'group-box') continue;
    const group = graph.groups.find((each) => each.id === one.data.group.id);
    const border = group && boxOfGroup(graph, nodeTypes, group);
    if (!border) continue;
    const to = ({ x, y }: Position) => ({ x: x + one.position.x - border.x, y: y + one.position.y - border.y });
    for (const node of graph.nodes)
      if (group.nodes.includes(node.key) && !steps.has(node.key)) steps.set(node.key, to(node.position));
    for (const note of graph.notes)
      if (group.notes.includes(note.id) && !notes.has(note.id)) notes.set(note.id, to(note.position));
  }
  const moved = (before: Position | undefined, after: Position) =>
    before !== undefined && (before.x !== after.x || before.y !== after.y);
  return {
    steps: [...steps]
      .filter(([key, position]) => moved(nodeByKey(graph, key)?.position, position))
      .map(([key, position]) => ({ key, position })),
    notes: [...notes]
      .filter(([id, position]) => moved(graph.notes.find((note) => note.id === id)?.position, position))
      .map(([id, position]) => ({ id, position })),
  };
}
