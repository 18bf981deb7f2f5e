import { createContext, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Placed } from '@/core/graph/commands';
import type { LineEnd, Refusal, Side } from '@/core/graph/connect';
import type { Graph, GraphEdge, GraphGroup, GraphNode, GraphNote, NodeTypes, Position } from '@/core/graph/document';
import type { PlacedNote } from '@/core/graph/groups';
import type { Direction } from '@/core/graph/walk';
import { createRunOverlay, type NodeRunState, type RunOverlay } from '@/core/run/overlay';
import type { StepShown } from '@/core/words';
import { itemsInto, itemsThrough } from './items-through';
import { passedOn } from './passed-on';
import type { DrawingControl } from './use-drawing';

/** What a person does on an editable canvas; the owner of the graph carries it out. */
export interface CanvasEditing {
  /** By pointer (notes with the steps), or by arrow keys in one direction. */
  onMove(placed: Placed[], how: 'drag' | Direction, notes?: PlacedNote[]): void;
  onChangeNote(id: string, change: Partial<Omit<GraphNote, 'id'>>): void;
  onGroupNote(id: string, group: string | null): void;
  onChangeGroup(id: string, change: Partial<Pick<GraphGroup, 'title' | 'colour'>>): void;
  onFoldGroup(id: string, collapsed: boolean): void;
  onUngroup(id: string): void;
  /** The title of this group is to be written now; null: no longer. */
  onNameGroup(id: string | null): void;
  onConnect(from: LineEnd, to: LineEnd): void;
  onReconnect(id: string, from: LineEnd, to: LineEnd): void;
  onRefused(reason: Refusal): void;
  /** A line was let go over empty space: what could stand at its other end? */
  onDropLine(held: LineEnd, side: Side, at: Position): void;
  onDelete(what: { steps: string[]; lines: string[]; notes: string[] }): void;
  onAddAfter(from: LineEnd): void;
  onAddOnLine(line: string): void;
  /** Opens the settings of a line that leads back. */
  onOpenLine(line: string): void;
  onAddInside(frame: string): void;
  onDropType(type: string, at: Position): void;
  onDropFiles(files: File[]): void;
  onPutIntoFrame(keys: string[], frame: string | null): void;
}

export interface CanvasWorld {
  nodeTypes: NodeTypes;
  readOnly: boolean;
  overlay: RunOverlay | null;
  graph: Graph;
  editing: CanvasEditing | null;
  /** Kept samples by the key of their step. */
  samples: Readonly<Record<string, unknown>>;
  /** Small graphs keep every "+" in the tab order; in large ones only those of chosen steps. */
  allTabbable: boolean;
  /** Small things are drawn: buttons, badges, words on lines. */
  detailed: boolean;
  drawing: DrawingControl;
  nameOf(key: string): string;
  /** A way out of a step by its words: "Condition, Yes". */
  portName(end: LineEnd): string;
  openStep(key: string): void;
  choose(keys: readonly string[]): void;
  foldGroup(id: string, collapsed: boolean): void;
}

export const CanvasContext = createContext<CanvasWorld | null>(null);

export function useCanvas(): CanvasWorld {
  const world = useContext(CanvasContext);
  if (!world) throw new Error('Canvas parts live inside GraphCanvas');
  return world;
}

export const NO_OVERLAY = createRunOverlay();

/** The state of one step; a step re-renders only when its own state changes. */
export function useStepState(key: string): NodeRunState | undefined {
  const { overlay } = useCanvas();
  return useStore(overlay ?? NO_OVERLAY, (state) => state.statuses[key]);
}

/** The round of a loop that is shown, counted from one; null before it has begun. */
export function useRounds(first: string): number | null {
  const { overlay } = useCanvas();
  return useStore(overlay ?? NO_OVERLAY, (state) => state.rounds[first] ?? null);
}

/** A step that is switched off, and the run went on past it. */
export function usePassedOn(key: string): boolean {
  const { overlay, graph } = useCanvas();
  return useStore(overlay ?? NO_OVERLAY, (state) => passedOn(graph, state.statuses, key));
}

/** How many items went through a line of the run that is shown. */
export function useItems(way: Pick<GraphEdge, 'source' | 'source_port' | 'target'>): number | null {
  const { overlay, graph } = useCanvas();
  return useStore(overlay ?? NO_OVERLAY, (state) => itemsThrough(graph, state.statuses, way, state.lines));
}

/** How many came into a step over all its lines. */
export function useItemsInto(key: string): number | null {
  const { overlay, graph } = useCanvas();
  return useStore(overlay ?? NO_OVERLAY, (state) => itemsInto(graph, state.statuses, key, state.lines));
}

/** The word of a state; a step that is switched off says what that meant for the run. */
export function useStepWord(node: GraphNode, shown: StepShown | null): string {
  const { t } = useTranslation();
  const passed = usePassedOn(node.key);
  if (shown === null) return t('editor.status.idle');
  return shown === 'off' && passed ? t('editor.status.passedOn') : t(`words.step.${shown}`);
}

/** Mime type of a step being dragged from the library. */
export const STEP_DRAG = 'application/x-tutti-step';
