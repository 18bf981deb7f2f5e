import { api, isApiError } from './client';
import type { Schemas } from './types';

/** Nothing has changed yet: a second person has to agree first. */
export type Asked = Schemas['Asked'];

export function isAsked(answer: unknown): answer is Asked {
  return typeof answer === 'object' && answer !== null && Object.keys(answer).join() === 'request';
}

interface Question {
  /** Tells it from the one that follows at once. */
  number: number;
  /** Null: the person would rather not. */
  answer(reason: string | null): void;
}

type Listener = () => void;

const listeners = new Set<Listener>();
/** In the order in which they came: the first is asked, the others wait. */
let waiting: readonly Question[] = [];
let asked = 0;

function set(next: readonly Question[]) {
  waiting = next;
  for (const listener of [...listeners]) listener();
}

/** What the person says, once it is the turn of this question. */
async function ask(): Promise<string | null> {
  asked += 1;
  const number = asked;
  const reason = await new Promise<string | null>((answer) => set([...waiting, { number, answer }]));
  set(waiting.filter((one) => one.number !== number));
  return reason;
}

/** What the server wants to know before a second person is asked. The page that is open shows the question. */
export const why = {
  get: () => waiting[0] ?? null,
  subscribe(listener: Listener) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

/**
 * Sends something that may take a second person. Where it does, the server wants to know why: the person is asked, and
 * it is sent again with what they say. Whoever would rather not gets the server's refusal.
 */
async function withReason<T>(send: (said: { reason?: string }) => Promise<T>): Promise<T> {
  try {
    return await send({});
  } catch (error) {
    if (!isApiError(error, 'reason_missing')) throw error;
    const reason = await ask();
    if (reason === null) throw error;
    return send({ reason });
  }
}

/** Calls of the interface that may take a second person. */
export const careful = {
  post: <T>(path: string, body: object) => withReason((said) => api.post<T | Asked>(path, { ...body, ...said })),
  patch: <T>(path: string, body: object) => withReason((said) => api.patch<T | Asked>(path, { ...body, ...said })),
  delete: <T>(path: string) => withReason((said) => api.delete<T | Asked>(path, said)),
  put: <T>(path: string, body: object) => withReason((said) => api.put<T | Asked>(path, { ...body, ...said })),
};
