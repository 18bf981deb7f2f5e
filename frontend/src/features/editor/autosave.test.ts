import { ApiError } from '@/api/client';
import type { DraftSaved, Graph } from '@/api/types';
import { EMPTY_GRAPH } from '@/core/graph/document';
import { Autosave, PAUSE_MS, type SaveState } from './autosave';

const graph = (text: string): Graph => ({
  ...EMPTY_GRAPH,
  notes: [{ id: text, text, position: { x: 0, y: 0 }, size: null, colour: 'yellow' }],
  groups: [],
});

interface Call {
  text: string;
  token: string;
  answer(token: string): Promise<void>;
  refuse(problem: { status: number; current?: unknown }): Promise<void>;
}

/** A server that answers when told to. */
function setUp() {
  const calls: Call[] = [];
  const states: SaveState[] = [];
  const autosave = new Autosave({
    token: 't1',
    onState: (state) => states.push(state),
    onSaved: () => {},
    save: (sent, token) =>
      new Promise<DraftSaved>((resolve, reject) => {
        calls.push({
          text: sent.notes[0]?.text ?? '',
          token,
          answer: async (next) => {
            resolve({ token: next, problems: [], changed_at: '' });
            await vi.advanceTimersByTimeAsync(0);
          },
          refuse: async ({ status, current }) => {
            const body = { status, code: 'x', title: '', detail: 'no', problems: [], current: current as never };
            reject(new ApiError(body));
            await vi.advanceTimersByTimeAsync(0);
          },
        });
      }),
  });
  const last = () => states.at(-1)?.kind;
  return { autosave, calls, last };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const CURRENT = { changed_by: { id: 'u', name: 'Ben' }, changed_at: '2026-01-01T00:00:00Z', token: 't9' };

test('many edits within the pause are one save, with the token that was read', async () => {
  const { autosave, calls, last } = setUp();
  autosave.changed(graph('a'));
  await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
  autosave.changed(graph('b'));
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  expect(calls.map(({ text, token }) => [text, token])).toEqual([['b', 't1']]);
  await calls[0]?.answer('t2');
  expect(last()).toBe('saved');
  expect(autosave.dirty).toBe(false);
});

test('one save is in flight at a time; what changed meanwhile follows with the new token', async () => {
  const { autosave, calls } = setUp();
  autosave.changed(graph('a'));
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  autosave.changed(graph('b'));
  await vi.advanceTimersByTimeAsync(PAUSE_MS * 3);
  expect(calls).toHaveLength(1);
  await calls[0]?.answer('t2');
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  expect(calls.map(({ text, token }) => [text, token])).toEqual([
    ['a', 't1'],
    ['b', 't2'],
  ]);
});

test('a server that is away is asked again with growing waits', async () => {
  const { autosave, calls, last } = setUp();
  autosave.changed(graph('a'));
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  await calls[0]?.refuse({ status: 0 });
  expect(last()).toBe('offline');
  await vi.advanceTimersByTimeAsync(PAUSE_MS * 2);
  await calls[1]?.refuse({ status: 503 });
  await vi.advanceTimersByTimeAsync(PAUSE_MS * 2);
  expect(calls).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(PAUSE_MS * 2);
  await calls[2]?.answer('t2');
  expect(last()).toBe('saved');
});

test('a conflict stops saving until a person decides, then mine goes on with the fresh token', async () => {
  const { autosave, calls, last } = setUp();
  autosave.changed(graph('a'));
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  await calls[0]?.refuse({ status: 409, current: CURRENT });
  expect(last()).toBe('conflict');
  autosave.changed(graph('b'));
  await vi.advanceTimersByTimeAsync(PAUSE_MS * 10);
  expect(calls).toHaveLength(1);
  const kept = autosave.keepMine('t9');
  await vi.advanceTimersByTimeAsync(0);
  expect([calls[1]?.text, calls[1]?.token]).toEqual(['b', 't9']);
  await calls[1]?.answer('t10');
  expect(await kept).toBe(true);
});

test('taking the other version drops mine', async () => {
  const { autosave, calls, last } = setUp();
  autosave.changed(graph('a'));
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  await calls[0]?.refuse({ status: 409, current: CURRENT });
  autosave.takeTheirs({ token: 't9' });
  expect(await autosave.flush()).toBe(true);
  expect(calls).toHaveLength(1);
  expect(last()).toBe('saved');
});

test('flush saves at once and waits; it says when it could not', async () => {
  const { autosave, calls } = setUp();
  autosave.changed(graph('a'));
  const flushed = autosave.flush();
  await vi.advanceTimersByTimeAsync(0);
  await calls[0]?.refuse({ status: 422 });
  expect(await flushed).toBe(false);
});
