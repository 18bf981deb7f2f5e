/** The shapes of the HTTP interface. */
import type { FileRef } from '@/core/files';
import type { Graph, NodeTypeInfo, Problem } from '@/core/graph/document';
import type { Run, RunEvent, RunItem, RunStatus, RunStep, StepError } from '@/core/run/model';
import type { Role, WorkflowStatus } from '@/core/words';

export type { FileRef, Graph, NodeTypeInfo, Problem, Role, Run, RunEvent, RunItem, RunStatus, WorkflowStatus };

export type Verb =
  | 'workflow:read'
  | 'workflow:edit'
  | 'workflow:run'
  | 'workflow:run_draft'
  | 'workflow:publish'
  | 'run:read'
  | 'run:payload'
  | 'run:cancel'
  | 'task:read'
  | 'task:decide'
  | 'asset:read'
  | 'asset:consume'
  | 'asset:modify'
  | 'asset:replace'
  | 'credential:read'
  | 'credential:use'
  | 'credential:edit'
  | 'member:read'
  | 'member:manage'
  | 'workspace:read'
  | 'workspace:manage'
  | 'audit:read'
  | 'mail:read'
  | 'file:write';

export interface PersonRef {
  id: string;
  name: string;
}

export interface Page<T> {
  results: T[];
  next: string | null;
  previous: string | null;
  /** Exact up to 10,000, then "10,000+". */
  count: number | string;
}

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

export type FourEyes = 'self_with_reason' | 'required';

export interface Workspace {
  id: string;
  name: string;
  roles: Role[];
  verbs: Verb[];
  four_eyes: FourEyes;
}

export interface WorkspaceSettings {
  id: string;
  name: string;
  four_eyes: FourEyes;
  allowed_hosts: string[];
}

export interface Session {
  user: { id: string; name: string; email: string } | null;
  workspaces: Workspace[];
  needs_owner: boolean;
  features: { language_model: boolean; smtp: boolean };
}

export interface Member {
  id: string;
  user: { id: string; name: string; email: string };
  roles: Role[];
  created_at: string;
  last_seen_at: string | null;
}

export interface Invitation {
  id: string;
  email: string;
  roles: Role[];
  state: 'pending' | 'accepted' | 'revoked' | 'expired';
  /** Only in the answer to its creation. */
  link?: string;
  expires_at: string;
}

export interface InvitationLook {
  email: string;
  workspace: string;
  roles: Role[];
  expires_at: string;
}

export type AuditResult = 'done' | 'denied' | 'failed';

export interface AuditEvent {
  seq: number;
  at: string;
  actor: { kind: 'person' | 'system'; id: string | null; name: string };
  action: string;
  object: { type: string; id: string | null; name: string };
  result: AuditResult;
  reason: string;
  before: unknown;
  after: unknown;
  detail: unknown;
  ip: string | null;
  sentence: string;
}

export interface AuditFacets {
  actors: PersonRef[];
  actions: string[];
  object_types: string[];
}

export type CredentialKind = 'bearer' | 'basic' | 'header';

export interface Credential {
  id: string;
  name: string;
  kind: CredentialKind;
  hosts: string[];
  created_at: string;
}

export interface WorkflowItem {
  id: string;
  name: string;
  description: string;
  status: WorkflowStatus;
  starter: string;
  owner: PersonRef | null;
  changed_at: string;
  version: number | null;
}

export interface Workflow extends WorkflowItem {
  workspace: string;
  live_version: { id: string; number: number; note: string; published_at: string } | null;
  has_changes: boolean;
  archived: boolean;
}

export interface Draft {
  graph: Graph;
  token: string;
  problems: Problem[];
  changed_by: PersonRef | null;
  changed_at: string;
}

export interface DraftSaved {
  token: string;
  problems: Problem[];
  changed_at: string;
}

export interface Version {
  id: string;
  number: number | null;
  note: string;
  published_at: string;
  published_by: PersonRef | null;
  /** It is the one that starts use. */
  live: boolean;
}

export interface VersionWithGraph extends Version {
  graph: Graph;
}

export interface Template {
  key: string;
  name: string;
  description: string;
}

export interface SampleFile {
  name: string;
  title: string;
  description: string;
  file: FileRef;
}

export interface AssetVersion {
  id: string;
  number: number;
  runtime: string;
  metrics: Record<string, unknown>;
  created_at: string;
}

export interface Asset {
  id: string;
  name: string;
  kind: string;
  title: string;
  description: string;
  sample: boolean;
  task: string;
  live: AssetVersion | null;
}

export interface AssetDetail extends Asset {
  purpose: string;
  versions: AssetVersion[];
}

export interface StepDetail extends RunStep {
  /** The settings with every formula filled in. */
  input: unknown;
  output: unknown;
  failed_attempts: { attempt: number; at: string; error: StepError }[];
}

export interface TaskItem {
  id: string;
  title: string;
  state: 'open' | 'taken' | 'done' | 'expired' | 'cancelled';
  workflow: { id: string; name: string };
  run: string;
  run_title: string;
  created_at: string;
  due_at: string | null;
  assignee: PersonRef | null;
  decision: '' | 'approved' | 'rejected' | null;
  decided_by: PersonRef | null;
  decided_at: string | null;
}

export interface Task extends TaskItem {
  instructions: string;
  shown: { label: string; value: unknown }[];
  document: FileRef | null;
  comment: string;
  comment_required_on_reject: boolean;
  may_decide: boolean;
}

export type TaskFilter = 'open' | 'mine' | 'unassigned' | 'completed';

export interface MailItem {
  id: string;
  to: string[];
  subject: string;
  delivery: 'outbox' | 'smtp';
  state: string;
  created_at: string;
  run: string;
  run_title: string;
}

export interface Mail extends MailItem {
  body: string;
  reply_to: string;
  attachments: FileRef[];
  message_id: string;
}

export interface Link {
  node: string;
  address: string;
  test_address: string;
  secret_set: boolean;
}

export interface Figures {
  days: number;
  runs: number;
  failed: number;
  waiting_tasks: number;
  live_workflows: number;
}
