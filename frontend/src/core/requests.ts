/** What takes a second person, as the server tells it. */

export const REQUEST_KINDS = [
  'workflow.publishing',
  'workflow.run_as',
  'grant.change',
  'asset.replacement',
  'egress.rule',
  'retention.rule',
  'sign_in.rule',
  'second_person.rule',
] as const;

export type RequestKind = (typeof REQUEST_KINDS)[number];
export type RequestState = 'open' | 'approved' | 'declined' | 'withdrawn' | 'expired' | 'void' | 'done';

/** What every place needs to know of one. */
export interface AskedFor {
  id: string;
  kind: RequestKind;
  object: { type: string; id: string; name: string };
  payload: Record<string, unknown> | null;
}

/** The state of a request as one of the states that have a colour and an icon. */
export const SHOWN_STATE = {
  open: 'needs-you',
  approved: 'done',
  done: 'done',
  declined: 'stopped',
  withdrawn: 'skipped',
  expired: 'skipped',
  void: 'skipped',
} as const satisfies Record<RequestState, string>;

/** What a request holds depends on its kind; these are the members that any of them may have. */
export interface Payload {
  what?: 'roles' | 'groups' | 'rule' | 'invitation' | 'team' | 'share' | 'access';
  before?: unknown;
  after?: { number: number } | undefined;
  before_id?: string | null;
  author?: string;
  run_as?: { id: string | null; name: string; scopes: string[] };
  person?: { id: string; name: string };
  scopes?: string[];
  uses?: { kind: 'asset' | 'credential' | 'workflow'; name: string }[];
  roles?: string[];
  role?: string;
  verbs?: string[];
  about?: string;
  groups?: Record<string, string[]>;
  email?: string;
  added?: string[];
  whom?: string;
  level?: string;
  expires_at?: string | null;
  access?: string;
  alias?: string;
  changes?: Record<string, { before: unknown; after: unknown }>;
}

export function payloadOf(request: AskedFor): Payload {
  return (request.payload ?? {}) as Payload;
}
