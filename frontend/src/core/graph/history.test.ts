import fc from 'fast-check';
import { duplicate } from './clipboard';
import { addStep, connect, deleteSteps, moveSteps, renameStep, setConfigAt, switchOff } from './commands';
import type { Graph, NodeTypeInfo } from './document';
import { graph, NODE_TYPES } from './fixtures';
import { DEPTH, edit, type History, PAUSE_MS, redo, startHistory, undo } from './history';

const anyKey = (of: Graph, pick: number) => of.nodes[pick % Math.max(of.nodes.length, 1)]?.key ?? '';

/** Every command a person has, chosen and aimed by numbers. */
const COMMANDS: ((of: Graph, pick: number) => void)[] = [
  (of, pick) => {
    const types = [...NODE_TYPES.values()] as NodeTypeInfo[];
    addStep(of, { type: types[pick % types.length] as NodeTypeInfo, at: { x: pick * 10, y: pick } });
  },
  (of, pick) => {
    const ends = [anyKey(of, pick), anyKey(of, pick + 1)] as const;
    connect(of, NODE_TYPES, { node: ends[0], port: 'out' }, { node: ends[1], port: 'in' });
  },
  (of, pick) => deleteSteps(of, NODE_TYPES, [anyKey(of, pick)]),
  (of, pick) => moveSteps(of, [{ key: anyKey(of, pick), position: { x: pick, y: pick } }]),
  (of, pick) => renameStep(of, anyKey(of, pick), `name ${pick}`),
  (of, pick) => setConfigAt(of, anyKey(of, pick), ['deep', pick % 3, 'value'], pick),
  (of, pick) => switchOff(of, [anyKey(of, pick)], pick % 2 === 0),
  (of, pick) => {
    if (of.nodes.length < 30) duplicate(of, NODE_TYPES, [anyKey(of, pick)]);
  },
];

const script = fc.array(fc.record({ command: fc.nat(COMMANDS.length - 1), pick: fc.nat(50) }), { maxLength: 40 });

function play(steps: { command: number; pick: number }[]): History<Graph> {
  return steps.reduce(
    (history, { command, pick }, index) =>
      edit(history, { label: 'any', at: index * 10_000 }, (draft) => COMMANDS[command]?.(draft, pick)),
    startHistory(graph([])),
  );
}

const times = <T>(count: number, value: T, change: (value: T) => T): T =>
  count === 0 ? value : times(count - 1, change(value), change);

test('undoing everything and redoing everything gives back exactly what was there', () => {
  fc.assert(
    fc.property(script, (steps) => {
      const done = play(steps);
      const count = done.past.length;
      const back = times(count, done, undo);
      expect(back.present).toEqual(graph([]));
      expect(times(count, back, redo).present).toEqual(done.present);
    }),
    { numRuns: 100 },
  );
});

test('no sequence of commands makes a cycle or a line to nowhere', () => {
  fc.assert(
    fc.property(script, (steps) => {
      const { present } = play(steps);
      const keys = new Set(present.nodes.map((node) => node.key));
      expect(keys.size).toBe(present.nodes.length);
      expect(present.edges.every((edge) => keys.has(edge.source) && keys.has(edge.target))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

const start = startHistory({ name: '', other: '' });
const type = (history: typeof start, at: number, name: string, place = 'name') =>
  edit(history, { label: 'settings', place, at }, (draft) => {
    draft.name = name;
  });

test('typing in one field is one entry, until a pause', () => {
  const typed = type(type(type(start, 0, 'a'), 300, 'ab'), 600, 'abc');
  expect(typed.past).toHaveLength(1);
  expect(undo(typed).present.name).toBe('');
  expect(redo(undo(typed)).present.name).toBe('abc');
  expect(type(typed, 600 + PAUSE_MS, 'abcd').past).toHaveLength(2);
});

test('typing in another field is an entry of its own', () => {
  expect(type(type(start, 0, 'a'), 10, 'b', 'other').past).toHaveLength(2);
});

test('an edit that changes nothing leaves no entry', () => {
  expect(type(start, 0, '')).toBe(start);
});

test('a new edit after undo ends the way forward', () => {
  const after = type(undo(type(start, 0, 'a')), 5000, 'b');
  expect(after.future).toEqual([]);
  expect(redo(after)).toBe(after);
});

test('only the last edits are kept', () => {
  let history = start;
  for (let index = 1; index <= DEPTH + 5; index += 1) history = type(history, index * 10_000, `n${index}`);
  expect(history.past).toHaveLength(DEPTH);
});
