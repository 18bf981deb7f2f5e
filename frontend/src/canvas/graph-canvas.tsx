import '@xyflow/react/dist/style.css';
import { useMantineColorScheme } from '@mantine/core';
import {
  applyEdgeChanges,
  Background,
  BackgroundVariant,
  ConnectionLineType,
  type EdgeChange,
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useKeyPress,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import {
  type DragEvent,
  memo,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { type Graph, type NodeTypes, nameOf, nodeByKey, SNAP } from '@/core/graph/document';
import { frameUnder } from '@/core/graph/frames';
import { groupById, hiddenSteps } from '@/core/graph/groups';
import { portsIn } from '@/core/graph/ports';
import type { RunOverlay } from '@/core/run/overlay';
import { CanvasContext, type CanvasEditing, type CanvasWorld, STEP_DRAG } from './canvas-context';
import { CanvasControls } from './canvas-controls';
import { draggedTo } from './dragged';
import { DrawingHint } from './drawing-hint';
import { type FlowNode, flowEdges, flowNodes, type LineFlowEdge, mergeNodes, NOTE_PREFIX } from './flow-mapper';
import { FrameNode } from './frame-node';
import classes from './graph-canvas.module.css';
import { GroupBox } from './group-box';
import { applyWithGroups, GROUP_PREFIX, seenEnd } from './group-flow';
import { Line } from './line';
import { NoteNode } from './note-node';
import { Outline } from './outline';
import { StepCard } from './step-card';
import { useCanvasKeys } from './use-canvas-keys';
import { type MenuAt, useCanvasMenu } from './use-canvas-menu';
import { type CanvasView, useCanvasView } from './use-canvas-view';
import { useConnecting } from './use-connecting';
import { useDrawing } from './use-drawing';
import { useDrawingKeys } from './use-drawing-keys';
import { useFolding } from './use-folding';
import { useKeepInView } from './use-keep-in-view';
import { useOpeningView } from './use-opening-view';
import { DETAIL_FROM, glide, readingAt, ZOOM } from './viewport';

const NODE_TYPES = { step: StepCard, frame: FrameNode, note: NoteNode, 'group-box': GroupBox };
const EDGE_TYPES = { line: Line };
const GRID: [number, number] = [SNAP, SNAP];
const NO_PROBLEMS: Readonly<Record<string, number>> = {};
const NO_SAMPLES: Readonly<Record<string, unknown>> = {};

/** From so many steps on, only what is in view is drawn. */
const MANY = 150;
/** Held while clicking, they add to what is chosen. */
const ADD_KEYS = ['Shift', 'Meta', 'Control'];
const MINIMAP_FROM = 12;
/** Below this size the small map covers more than it shows. */
const MINIMAP_ROOM = { width: 900, height: 560 };
const TABBABLE_UP_TO = 30;

const isStep = (id: string) => !id.startsWith(NOTE_PREFIX) && !id.startsWith(GROUP_PREFIX);
const mapClass = (node: FlowNode) =>
  node.type === 'group-box' && !node.data.group.collapsed ? (classes.mapGroup ?? '') : '';

export interface GraphCanvasProps {
  graph: Graph;
  nodeTypes: NodeTypes;
  readOnly?: boolean;
  /** Keys of the chosen steps. */
  selected: readonly string[];
  onSelect(keys: string[]): void;
  /** The line whose settings are open. */
  line?: string | null;
  /** Double click, or Enter on a step. */
  onOpen?(key: string): void;
  /** Live or past states of the steps; absent outside runs. */
  overlay?: RunOverlay | null;
  /** How many problems each step shows. */
  problems?: Readonly<Record<string, number>>;
  /** Kept samples by the key of their step. */
  samples?: Readonly<Record<string, unknown>>;
  /** The group whose title is being written. */
  naming?: string | null;
  editing?: CanvasEditing;
  /** A click with the other button, a long touch, or the menu key. */
  onMenu?(menu: MenuAt): void;
  view?: Ref<CanvasView>;
  /** What floats over the canvas, e.g. the offer of an empty one. */
  children?: ReactNode;
}

/** The graph as people see it: in the editor (editable), on the run page and in comparisons (read-only). */
export const GraphCanvas = memo(function GraphCanvas(props: GraphCanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
});

function Canvas({
  graph: given,
  nodeTypes,
  readOnly = false,
  selected,
  onSelect,
  line = null,
  onOpen,
  overlay = null,
  problems = NO_PROBLEMS,
  samples = NO_SAMPLES,
  naming = null,
  editing,
  onMenu,
  view,
  children,
}: GraphCanvasProps) {
  const { t } = useTranslation();
  const { colorScheme } = useMantineColorScheme();
  const flow = useReactFlow<FlowNode, LineFlowEdge>();
  const reading = useStore((state) => readingAt(state.transform[2]));
  const detailed = useStore((state) => state.transform[2] >= DETAIL_FROM);
  const roomy = useStore((state) => state.width >= MINIMAP_ROOM.width && state.height >= MINIMAP_ROOM.height);
  const [dropping, setDropping] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  // Held over a step, the bar moves the canvas and not the step.
  const panning = useKeyPress('Space');
  const active = readOnly ? null : (editing ?? null);
  const { graph, foldGroup } = useFolding(given, active);

  const [nodes, setNodes] = useState<FlowNode[]>([]);
  const [edges, setEdges] = useState<LineFlowEdge[]>([]);
  const chosen = useMemo(() => new Set(selected), [selected]);
  const options = useMemo(() => ({ readOnly, problems, naming }), [readOnly, problems, naming]);
  const mapped = useMemo(() => flowNodes(graph, nodeTypes, options), [graph, nodeTypes, options]);
  const lines = useMemo(() => flowEdges(graph, nodeTypes, options), [graph, nodeTypes, options]);

  useEffect(() => setNodes((before) => mergeNodes(before, mapped, chosen)), [mapped, chosen]);
  useEffect(() => {
    setEdges((before) => {
      const kept = new Set(before.filter((edge) => edge.selected).map((edge) => edge.id));
      return lines.map((edge) => ({ ...edge, selected: line ? edge.id === line : kept.has(edge.id) }));
    });
  }, [lines, line]);

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      setNodes((before) => applyWithGroups(changes, before));
      const picks = changes.filter((change) => change.type === 'select' && isStep(change.id));
      if (picks.length === 0) return;
      const next = new Set(chosen);
      for (const pick of picks) {
        if (pick.type !== 'select') continue;
        if (pick.selected) next.add(pick.id);
        else next.delete(pick.id);
      }
      onSelect([...next]);
    },
    [chosen, onSelect],
  );
  const onEdgesChange = useCallback((changes: EdgeChange<LineFlowEdge>[]) => {
    setEdges((before) => applyEdgeChanges(changes, before));
  }, []);

  const openStep = useCallback(
    (key: string) => {
      onSelect([key]);
      onOpen?.(key);
    },
    [onOpen, onSelect],
  );
  const drawing = useDrawing(graph, nodeTypes, active);
  const connecting = useConnecting(graph, nodeTypes, active, drawing);
  useDrawingKeys(drawing, box, graph);
  useCanvasView(view, box, graph, nodeTypes, drawing);
  const world = useMemo<CanvasWorld>(
    () => ({
      nodeTypes,
      readOnly,
      overlay,
      graph,
      editing: active,
      samples,
      allTabbable: graph.nodes.length <= TABBABLE_UP_TO,
      nameOf: (key) => {
        const node = nodeByKey(graph, key);
        if (node) return nameOf(node, nodeTypes);
        return groupById(graph, key.slice(GROUP_PREFIX.length))?.title ?? key;
      },
      portName: ({ node: key, port }) => {
        const node = nodeByKey(graph, key);
        if (!node) return key;
        const label = portsIn(graph, node, nodeTypes.get(node.type)).find((one) => one.key === port)?.label;
        return label ? `${nameOf(node, nodeTypes)}, ${label}` : nameOf(node, nodeTypes);
      },
      detailed,
      drawing,
      openStep,
      choose: (keys) => onSelect([...keys]),
      foldGroup,
    }),
    [nodeTypes, readOnly, overlay, active, samples, graph, detailed, drawing, openStep, onSelect, foldGroup],
  );

  const onDragStop = (_: unknown, _node: FlowNode, dragged: FlowNode[]) => {
    if (!active) return;
    const { steps: moved, notes } = draggedTo(graph, nodeTypes, dragged);
    if (moved.length + notes.length === 0) return;
    active.onMove(moved, 'drag', notes);
    const [first] = moved;
    const at = first && flow.getInternalNode(first.key)?.internals.positionAbsolute;
    if (!first || !at) return;
    const frame = frameUnder(graph, nodeTypes, first.key, at);
    if (frame !== (nodeByKey(graph, first.key)?.parent ?? null)) {
      active.onPutIntoFrame(
        moved.map((one) => one.key),
        frame,
      );
    }
  };

  const onDrop = (event: DragEvent) => {
    setDropping(false);
    if (!active) return;
    const type = event.dataTransfer.getData(STEP_DRAG);
    const files = [...event.dataTransfer.files];
    if (!type && files.length === 0) return;
    event.preventDefault();
    if (type) active.onDropType(type, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
    else active.onDropFiles(files);
  };

  const opened = useOpeningView(mapped);
  useKeepInView(graph, selected);

  const { onContextMenu, onMenuKey } = useCanvasMenu(box, selected, onSelect, onMenu);
  useCanvasKeys({ box, world, selected, onSelect, onMenuKey, nodes, edges });
  const show = (key: string) => {
    onSelect([key]);
    const id = seenEnd(hiddenSteps(graph), key);
    flow.fitView({ nodes: [{ id }], duration: glide(), maxZoom: Math.max(flow.getZoom(), 0.7), minZoom: 0.5 });
  };

  return (
    <CanvasContext.Provider value={world}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: files and steps are dropped here; the library and the start dialog do the same from the keyboard. */}
      <div
        ref={box}
        className={`${classes.canvas} ${dropping ? classes.dropping : ''}`}
        data-zoom={reading}
        data-opening={!opened || undefined}
        data-reading={readOnly || undefined}
        onDragOver={(event) => {
          if (!active) return;
          event.preventDefault();
          setDropping(event.dataTransfer.types.includes('Files'));
        }}
        onDragLeave={(event) => {
          if (!box.current?.contains(event.relatedTarget as Node | null)) setDropping(false);
        }}
        onDrop={onDrop}
        onContextMenu={onContextMenu}
      >
        <Outline graph={graph} selected={selected} onFocusStep={show} />
        <ReactFlow<FlowNode, LineFlowEdge>
          aria-label={t('editor.canvas.title')}
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onNodeDragStop={onDragStop}
          onNodeClick={(_, node) => {
            if (!isStep(node.id)) return;
            const place = drawing.placeOn(node.id);
            if (place) drawing.finish(place);
            else if (readOnly) openStep(node.id);
          }}
          onPaneClick={drawing.cancel}
          onEdgeClick={(_, edge) => {
            if (edge.data?.feedback) active?.onOpenLine(edge.id);
          }}
          {...connecting}
          connectOnClick={false}
          reconnectRadius={12}
          connectionLineType={ConnectionLineType.SmoothStep}
          connectionRadius={36}
          nodesDraggable={active !== null && !panning}
          nodesConnectable={active !== null}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable
          multiSelectionKeyCode={ADD_KEYS}
          selectionMode={SelectionMode.Partial}
          snapToGrid
          snapGrid={GRID}
          minZoom={ZOOM.least}
          maxZoom={ZOOM.most}
          panOnScroll
          zoomOnDoubleClick={false}
          deleteKeyCode={null}
          disableKeyboardA11y
          onlyRenderVisibleElements={graph.nodes.length >= MANY}
          colorMode={colorScheme === 'auto' ? 'system' : colorScheme}
          ariaLabelConfig={{
            'minimap.ariaLabel': t('editor.canvas.minimap'),
            'handle.ariaLabel': t('editor.canvas.told.handle'),
            'node.a11yDescription.default': t('editor.canvas.told.node'),
            'node.a11yDescription.keyboardDisabled': t('editor.canvas.told.node'),
            'edge.a11yDescription.default': t('editor.canvas.told.edge'),
          }}
        >
          <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} />
          {roomy && graph.nodes.length > MINIMAP_FROM && (
            <MiniMap pannable zoomable nodeClassName={mapClass} style={{ width: 168, height: 108 }} />
          )}
        </ReactFlow>
        <CanvasControls />
        <DrawingHint />
        {children}
      </div>
    </CanvasContext.Provider>
  );
}
