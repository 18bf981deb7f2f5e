/**
 * The core does not know the HTTP interface, so the compiler compares the two here: what the server is described to
 * send must fit what the core reads. Nothing of this file reaches the browser.
 */
import type { FileRef } from '@/core/files';
import type { Graph, NodeTypeInfo, Problem } from '@/core/graph/document';
import type { EventKind, Run, RunEvent, RunRow, RunStatus, RunStep, StepError, StepStatus } from '@/core/run/model';
import type { Role, WorkflowStatus } from '@/core/words';
import type { Page, Schemas } from './types';

/** Does not compile unless every `Given` can be read as a `Read`. */
type Fits<Given extends Read, Read> = Given;

export type Received = [
  Fits<Schemas['Run'], Run>,
  Fits<Schemas['RunRow'], RunRow>,
  Fits<Schemas['Step'], RunStep>,
  Fits<Schemas['StepDetail'], RunStep>,
  Fits<Schemas['StepError'], StepError>,
  Fits<Schemas['RunEvent'], RunEvent>,
  Fits<Schemas['NodeType'], NodeTypeInfo>,
  Fits<Schemas['Problem'], Problem>,
  Fits<Schemas['PaginatedRunRowList'], Page<RunRow>>,
  Fits<Schemas['Graph'], Graph>,
  Fits<Schemas['FileRef'], FileRef>,
  Fits<Schemas['WorkflowStatus'], WorkflowStatus>,
  Fits<Schemas['Member']['roles'][number], Role>,
];

/** The graph goes back as it came; of the words, the core has none that the server never says. */
export type Known = [
  Fits<Graph, Schemas['Graph']>,
  Fits<StepStatus, Schemas['StepStatus']>,
  Fits<RunStatus, Schemas['RunStatus']>,
  Fits<EventKind, Schemas['EventKind']>,
  Fits<WorkflowStatus, Schemas['WorkflowStatus']>,
  Fits<Role, Schemas['Member']['roles'][number]>,
];
