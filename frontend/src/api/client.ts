import { parseAnswer } from '@/core/erased';
import { sessionEnd } from './session-end';
import type { ProblemBody } from './types';

/** The server said no, or said nothing. `code` is what the application translates; `problem` is the whole answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: ProblemBody;

  constructor(problem: ProblemBody) {
    super(problem.detail || problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
  }
}

export function isApiError(error: unknown, code?: string): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
}

export type Query = Record<string, string | number | boolean | null | undefined>;

interface Options {
  query?: Query | undefined;
  body?: unknown;
  headers?: Record<string, string> | undefined;
  signal?: AbortSignal | undefined;
}

type Listener = (reachable: boolean) => void;

const listeners = new Set<Listener>();
let reachable = true;

/** Tells whether the last request reached the server at all. */
export const reachability = {
  get: () => reachable,
  subscribe(listener: Listener) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

const LOOK_AGAIN_MS = 3000;
let looking: ReturnType<typeof setTimeout> | undefined;

function setReachable(next: boolean) {
  if (!next && looking === undefined) looking = setTimeout(lookAgain, LOOK_AGAIN_MS);
  if (next === reachable) return;
  reachable = next;
  for (const listener of listeners) listener(next);
}

function lookAgain() {
  looking = undefined;
  void checkReachable();
}

/** Asks the server for a sign of life; while there is none, it is asked again. */
export async function checkReachable(): Promise<void> {
  await send('/health/live', {}).catch(() => undefined);
}

const UNREACHABLE: ProblemBody = {
  status: 0,
  code: 'unreachable',
  title: 'The server does not answer.',
  detail: 'The server does not answer. Your work is kept here; try again in a moment.',
  problems: [],
};

function csrfCookie(): string | undefined {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1];
}

async function csrfToken(): Promise<string> {
  const token = csrfCookie();
  if (token) return token;
  // The question who is signed in sets the cookie.
  await send('/api/session', { credentials: 'same-origin' });
  return csrfCookie() ?? '';
}

async function send(address: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(address, init);
    setReachable(![502, 503, 504].includes(response.status));
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    setReachable(false);
    throw new ApiError(UNREACHABLE);
  }
}

export function address(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

async function problemOf(response: Response): Promise<ProblemBody> {
  const fallback: ProblemBody = {
    status: response.status,
    code: `http_${response.status}`,
    title: 'This did not work.',
    detail: 'The server could not do this. Try again; if it happens again, tell an administrator.',
    problems: [],
  };
  try {
    const body = (await response.json()) as Partial<ProblemBody>;
    return { ...fallback, ...body, problems: body.problems ?? [] };
  } catch {
    return fallback;
  }
}

/** Sends, and reads the answer line by line as it comes; each line is JSON. */
async function stream<E>(path: string, body: unknown, onEvent: (event: E) => void): Promise<void> {
  const response = await send(path, {
    method: 'POST',
    headers: {
      Accept: 'application/x-ndjson, application/json',
      'Content-Type': 'application/json',
      'X-CSRFToken': await csrfToken(),
    },
    credentials: 'same-origin',
    body: JSON.stringify(body),
  });
  if (response.status === 401) sessionEnd.set(true);
  if (!response.ok || !response.body) throw new ApiError(await problemOf(response));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? '')).split('\n');
    rest = done ? '' : (lines.pop() ?? '');
    for (const line of lines) if (line) onEvent(JSON.parse(line) as E);
    if (done) return;
  }
}

async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  let body: BodyInit | undefined;
  if (options.body instanceof FormData) {
    body = options.body;
  } else if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(options.body);
  }
  if (method !== 'GET') headers['X-CSRFToken'] = await csrfToken();
  const response = await send(address(path, options.query), {
    method,
    headers,
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body }),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (response.status === 401) sessionEnd.set(true);
  if (!response.ok) throw new ApiError(await problemOf(response));
  const text = await response.text();
  return (text ? parseAnswer(text) : undefined) as T;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>('GET', `/api/${path}`, { query, signal }),
  post: <T>(path: string, body: unknown = {}, headers?: Record<string, string>) =>
    request<T>('POST', `/api/${path}`, { body, headers }),
  put: <T>(path: string, body: unknown, headers?: Record<string, string>) =>
    request<T>('PUT', `/api/${path}`, { body, headers }),
  patch: <T>(path: string, body: unknown) => request<T>('PATCH', `/api/${path}`, { body }),
  stream: <E>(path: string, body: unknown, onEvent: (event: E) => void) => stream<E>(`/api/${path}`, body, onEvent),
  delete: <T>(path: string, body?: unknown) => request<T>('DELETE', `/api/${path}`, { body }),
  submit: <T>(path: string, page: FormData) => request<T>('POST', `/api/${path}`, { body: page }),
  upload: <T>(path: string, file: File) => {
    const form = new FormData();
    form.append('file', file, file.name);
    return request<T>('POST', `/api/${path}`, { body: form });
  },
};

/** The sign-in interface of allauth; it has its own shape of errors. */
async function toAccount(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET') headers['X-CSRFToken'] = await csrfToken();
  return send(`/_allauth/browser/v1/${path}`, {
    method,
    credentials: 'same-origin',
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

export const account = {
  get: (path: string) => toAccount('GET', path),
  post: (path: string, body: unknown) => toAccount('POST', path, body),
  delete: (path: string, body?: unknown) => toAccount('DELETE', path, body),
  async signOut(): Promise<void> {
    await toAccount('DELETE', 'auth/session');
  },
};
