import ELK, { type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { type Placed, sizeOf } from '@/core/graph/commands';
import { FRAME_HEAD, FRAME_PAD, type Graph, type GraphNode, type NodeTypes } from '@/core/graph/document';
import { forwardEdges, readingOrder } from '@/core/graph/order';
import { cardHeight, placeOf, portsIn } from '@/core/graph/ports';

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.spacing.nodeNode': '48',
  'elk.layered.spacing.nodeNodeBetweenLayers': '108',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
};

/** The one way in of a step; no way out is called so. */
const IN = '<in>';

/** New places for all steps, left to right; runs in a worker, so that the canvas stays alive. */
export async function tidyUp(graph: Graph, nodeTypes: NodeTypes): Promise<Placed[]> {
  const elk = new ELK({ workerUrl });
  try {
    const root = await elk.layout(toElk(graph, nodeTypes));
    return anchored((root.children ?? []).flatMap(placesOf), graph);
  } finally {
    elk.terminateWorker();
  }
}

function toElk(graph: Graph, nodeTypes: NodeTypes): ElkNode {
  const order = readingOrder(graph);
  const edges = forwardEdges(graph).map((edge) => ({
    id: edge.id,
    sources: [`${edge.source}/${edge.source_port}`],
    targets: [`${edge.target}/${IN}`],
  }));
  const build = (node: GraphNode): ElkNode => {
    const ports = portsIn(graph, node, nodeTypes.get(node.type));
    const inside = order.filter((one) => one.parent === node.key);
    const size = node.size ?? { width: sizeOf(node).width, height: cardHeight(ports.length) };
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
        ...(inside.length > 0
          ? { 'elk.padding': `[top=${FRAME_HEAD + 36},left=${FRAME_PAD},bottom=36,right=72]` }
          : {}),
      },
      ...(inside.length > 0 ? { children: inside.map(build) } : {}),
    };
  };
  return {
    id: 'root',
    layoutOptions: OPTIONS,
    children: order.filter((node) => node.parent === null).map(build),
    edges,
  };
}

/** The first step stays where it is, so that the notes around it still stand beside it. */
function anchored(placed: Placed[], graph: Graph): Placed[] {
  const outer = new Set(graph.nodes.filter((node) => node.parent === null).map((node) => node.key));
  const first = readingOrder(graph).find((node) => outer.has(node.key));
  const now = placed.find((one) => one.key === first?.key);
  if (!first || !now) return placed;
  const by = { x: first.position.x - now.position.x, y: first.position.y - now.position.y };
  return placed.map((one) => {
    const { x, y } = one.position;
    return outer.has(one.key) ? { ...one, position: { x: x + by.x, y: y + by.y } } : one;
  });
}

function placesOf(node: ElkNode): Placed[] {
  const position = { x: node.x ?? 0, y: node.y ?? 0 };
  if (!node.children?.length) return [{ key: node.id, position }];
  const size = { width: node.width ?? 0, height: node.height ?? 0 };
  return [{ key: node.id, position, size }, ...node.children.flatMap(placesOf)];
}
