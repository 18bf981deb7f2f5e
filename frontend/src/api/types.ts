/**
 * The shapes of the HTTP interface. They come from `schema.d.ts`, which is generated from the server; what is written
 * here by hand only says more than the server's description can. `types.check.ts` holds them against the core.
 */
import type { FileRef } from '@/core/files';
import type { Graph, NodeTypeInfo, Problem } from '@/core/graph/document';
import type { Run, RunEvent, RunItem, RunRow, RunStatus, RunStep } from '@/core/run/model';
import type { Role, WorkflowStatus } from '@/core/words';
import type { components } from './schema';

export type Schemas = components['schemas'];

export type { FileRef, Graph, NodeTypeInfo, Problem, Role, Run, RunEvent, RunItem, RunRow, RunStatus, WorkflowStatus };

export type PersonRef = Schemas['Named'];

export interface Page<T> {
  results: T[];
  next: string | null;
  previous: string | null;
  /** Exact up to 10,000. */
  count: number | '10,000+';
}

/** The body of every refusal, `application/problem+json`. */
export interface ProblemBody {
  status: number;
  code: string;
  title: string;
  detail: string;
  problems: Problem[];
  trace?: string;
  /** Of a conflict: who was faster. Its members depend on what was attempted. */
  current?: Record<string, unknown>;
}

export type Session = Schemas['Session'];
export type Workspace = Schemas['SessionWorkspace'];
export type Notification = Schemas['Notification'];
export type Preferences = Schemas['Preferences'];
export type Verb = Workspace['verbs'][number];
export type FourEyes = Workspace['four_eyes'];
export type WorkspaceSettings = Schemas['Workspace'];

export type Member = Schemas['Member'];
export type Team = Schemas['Team'];
export type MatrixRow = Schemas['MatrixRow'];
/** What somebody is named for: to use a workflow, or to edit it. */
export type Level = Schemas['Level'];
export type Sharing = Schemas['Sharing'];
export type Grant = Schemas['Grant'];
export type PersonAccess = Schemas['PersonAccess'];
export type AccessRequest = Schemas['AccessRequest'];
export type OpenRequest = Schemas['OpenRequest'];
export type Lack = Schemas['Lack'];
export type Invitation = Schemas['Invitation'];
/** With its link, which only the answer to its creation has. */
export type NewInvitation = Schemas['NewInvitation'];
export type InvitationOffer = Schemas['InvitationOffer'];

export type AuditEvent = Schemas['AuditEvent'];
export type AuditResult = AuditEvent['result'];
/** An entry beside the thing it tells of. */
export type HistoryEvent = Schemas['HistoryEvent'];
export type AuditFacets = Schemas['AuditFacets'];

export type Credential = Schemas['Credential'];
export type CredentialKind = Credential['kind'];
export type NewCredential = Schemas['CredentialRequest'];
export type CredentialTrial = Schemas['CredentialTrial'];

export type WorkflowItem = Schemas['WorkflowItem'];
export type Workflow = Schemas['Workflow'];
export type Folder = Schemas['FolderItem'];
export type WorkflowFacets = Schemas['WorkflowFacets'];
export type Draft = Schemas['Draft'];
export type DraftSaved = Schemas['Saved'];
export type Version = Schemas['VersionItem'];
export type VersionWithGraph = Schemas['Version'];
export type Template = Schemas['Template'];
export type TemplateDetail = Schemas['TemplateDetail'];
export type TemplateCategory = Template['category'];
export type Needs = Schemas['Needs'];
export type Incoming = Schemas['Incoming'];
export type SampleFile = Schemas['SampleFile'];
export type Link = Schemas['IncomingLink'];

export type AssetVersion = Schemas['AssetVersion'];
export type Asset = Schemas['AssetItem'];
export type AssetDetail = Schemas['Asset'];
export type EvaluationItem = Schemas['EvaluationItem'];
export type Evaluation = Schemas['Evaluation'];
export type Report = Schemas['Report'];
export type ReportComparison = Schemas['ReportComparison'];
export type ReplacementItem = Schemas['ReplacementItem'];
export type Replacement = Schemas['Replacement'];
export type OpenReplacement = Schemas['OpenReplacement'];

/** A step with its settings, every formula filled in, and its output. */
export type RunCallDetail = Schemas['RunCallDetail'];
export type StepDetail = RunStep & Pick<Schemas['StepDetail'], 'input' | 'output' | 'attempts'>;

export type TaskItem = Schemas['TaskItem'];
export type Task = Schemas['Task'];
export type TaskFilter = 'open' | 'mine' | 'unassigned' | 'completed';
export type Decision = Schemas['Decision'];

export type MailItem = Schemas['MailItem'];
export type Mail = Schemas['Mail'];

export type Figures = Schemas['Figures'];
export type NextSchedule = Schemas['NextSchedule'];

/** The filters of a list as they stand in its address, under a name. */
export interface SavedSearch {
  id: string;
  name: string;
  query: Record<string, string | number | boolean>;
}

export type Training = Schemas['Training'];
export type Watch = Schemas['Watch'];
export type WatchLimits = Schemas['PatchedLimits'];
export type Check = Schemas['Check'];
export type LastCheck = Schemas['LastCheck'];
export type Alert = Schemas['Alert'];
