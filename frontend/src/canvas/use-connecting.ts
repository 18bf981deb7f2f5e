import {
  type Connection,
  type FinalConnectionState,
  type IsValidConnection,
  type OnConnectStartParams,
  useReactFlow,
} from '@xyflow/react';
import { type MouseEvent, useRef } from 'react';
import { canConnect, placeKey } from '@/core/graph/connect';
import { type Graph, type NodeTypes, nodeByKey } from '@/core/graph/document';
import type { CanvasEditing } from './canvas-context';
import { type FlowNode, type LineFlowEdge, NOTE_PREFIX } from './flow-mapper';
import { GROUP_PREFIX } from './group-flow';
import type { DrawingControl } from './use-drawing';

const ends = (one: Connection) =>
  [
    { node: one.source, port: one.sourceHandle ?? 'out' },
    { node: one.target, port: one.targetHandle ?? 'in' },
  ] as const;

const pointOf = (event: globalThis.MouseEvent | TouchEvent) => {
  const touch = 'changedTouches' in event ? event.changedTouches[0] : event;
  return { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 };
};

/** Lines drawn with a pointer: a step takes a line anywhere on it, empty space asks for a new step, a moved end let go is gone. */
export function useConnecting(
  graph: Graph,
  nodeTypes: NodeTypes,
  editing: CanvasEditing | null,
  drawing: DrawingControl,
) {
  const flow = useReactFlow<FlowNode, LineFlowEdge>();
  const moving = useRef<string | undefined>(undefined);

  const isValidConnection: IsValidConnection<LineFlowEdge> = (one) => {
    const [from, to] = ends(one as Connection);
    const held = drawing.store.getState().drawing;
    if (!held) return canConnect(graph, nodeTypes, from, to, moving.current).ok;
    return held.verdicts.get(placeKey(held.side === 'out' ? to : from))?.ok ?? false;
  };

  const letGo = (event: globalThis.MouseEvent | TouchEvent, state: FinalConnectionState) => {
    const held = drawing.store.getState().drawing;
    if (!held || state.isValid || !editing) return drawing.cancel();
    const point = pointOf(event);
    const under = document.elementFromPoint(point.x, point.y);
    const step = state.toHandle?.nodeId ?? under?.closest<HTMLElement>('.react-flow__node')?.dataset.id;
    const parent = nodeByKey(graph, held.held.node)?.parent ?? null;
    // The ground of the frame a line begins in is as empty as the canvas outside.
    const onStep =
      step !== undefined && step !== parent && !step.startsWith(NOTE_PREFIX) && !step.startsWith(GROUP_PREFIX);
    if (onStep && step === held.held.node) return drawing.cancel();
    const place = onStep ? drawing.placeOn(step) : null;
    if (place) return drawing.finish(place);
    drawing.cancel();
    const empty = under?.closest('.react-flow') && !under.closest('.react-flow__panel, button');
    if (!empty) return;
    if (held.line) editing.onDelete({ steps: [], lines: [held.line], notes: [] });
    else editing.onDropLine(held.held, held.side, flow.screenToFlowPosition(point));
  };

  return {
    isValidConnection,
    onConnect: (one: Connection) => editing?.onConnect(...ends(one)),
    onConnectStart: (_: unknown, { nodeId, handleId, handleType }: OnConnectStartParams) => {
      if (!nodeId || !handleType) return;
      const side = handleType === 'source' ? 'out' : 'in';
      drawing.begin({ node: nodeId, port: handleId ?? side }, side, 'drag', moving.current);
    },
    onConnectEnd: letGo,
    onReconnectStart: (_: unknown, edge: LineFlowEdge) => {
      moving.current = edge.id;
    },
    onReconnectEnd: () => {
      moving.current = undefined;
    },
    onReconnect: (edge: LineFlowEdge, one: Connection) => editing?.onReconnect(edge.id, ...ends(one)),
    onNodeMouseEnter: (_: MouseEvent, node: FlowNode) => {
      const held = drawing.store.getState().drawing;
      if (held && node.type !== 'note' && node.type !== 'group-box' && node.id !== held.held.node)
        drawing.consider(drawing.placeOn(node.id));
    },
    onNodeMouseLeave: () => {
      if (drawing.store.getState().drawing?.how === 'drag') drawing.consider(null);
    },
  };
}
