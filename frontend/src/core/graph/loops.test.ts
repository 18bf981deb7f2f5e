import { partOf, paste } from './clipboard';
import { connect, deleteSteps, reconnect, setFeedback, setJoin } from './commands';
import { readGraph, writeGraph } from './document';
import { graph, linesOf, NODE_TYPES, node } from './fixtures';
import { edit, redo, startHistory, undo } from './history';
import { ancestorsOf, readingOrder, stepsOfLoop } from './order';
import { countByNode } from './problems';
import { scopeOf, scopeOfLine } from './scope';

const end = (key: string, port = 'in') => ({ node: key, port });
const row = () => graph([node('s', 'start'), node('a'), node('b'), node('c')], ['s>a', 'a>b', 'b>c']);
const looped = () => graph([node('s', 'start'), node('a'), node('b'), node('c')], ['s>a', 'a>b', 'b>c', 'b~a']);

test('a line drawn to an earlier step leads back, at most ten times', () => {
  const drawn = row();
  connect(drawn, NODE_TYPES, end('b', 'out'), end('a'));
  expect(drawn.edges.at(-1)).toMatchObject({ source: 'b', target: 'a', feedback: { when: null, max_rounds: 10 } });
});

test('a line moved forward no longer leads back, one moved back keeps its condition', () => {
  const moved = looped();
  setFeedback(moved, 'b~a', { when: { $expr: 'b.text == ""' }, max_rounds: 3 });
  reconnect(moved, NODE_TYPES, 'b~a', end('c', 'out'), end('a'));
  expect(moved.edges.at(-1)?.feedback).toEqual({ when: { $expr: 'b.text == ""' }, max_rounds: 3 });
  reconnect(moved, NODE_TYPES, 'b~a', end('a', 'out'), end('c'));
  expect(moved.edges.at(-1)?.feedback).toBeNull();
});

test('order and what comes before are told by the lines that lead on', () => {
  expect(readingOrder(looped()).map((one) => one.key)).toEqual(['s', 'a', 'b', 'c']);
  expect(ancestorsOf(looped(), 'a')).toEqual(new Set(['s']));
});

test('what lies between the ends of a line back runs again, what branches off does not', () => {
  const branched = graph([node('a'), node('b'), node('c'), node('d')], ['a>b', 'b>c', 'a>d', 'c~a']);
  expect(stepsOfLoop(branched, branched.edges[3] as never)).toEqual(new Set(['a', 'b', 'c']));
});

test('steps of a loop see which round it is and what the round before gave; steps after it do not', () => {
  const names = (key: string) => scopeOf(looped(), NODE_TYPES, key).map((one) => one.name);
  expect(names('a')).toContain('loop');
  expect(names('c')).not.toContain('loop');
  const loop = scopeOf(looped(), NODE_TYPES, 'b').find((one) => one.name === 'loop');
  expect(loop?.schema).toMatchObject({
    properties: { iteration: { type: 'integer' }, previous: { properties: { a: { type: 'object' } } } },
  });
});

test('the formula of a line back sees what its source gave', () => {
  const graph = looped();
  const names = scopeOfLine(graph, NODE_TYPES, graph.edges[3] as never).map((one) => one.name);
  expect(names).toEqual(['trigger', 'a', 'b', 'loop', 'run']);
});

test('deleting a step of a loop closes the gap on the way on and takes its line back away', () => {
  const shorter = looped();
  deleteSteps(shorter, NODE_TYPES, ['b']);
  expect(linesOf(shorter)).toEqual(['a>c', 's>a']);
});

test('deleting a step takes the way to undo it away and joins nothing to it', () => {
  const undone = graph([node('a'), node('b'), node('u')], ['a>b', 'b.undo>u']);
  deleteSteps(undone, NODE_TYPES, ['b']);
  expect(linesOf(undone)).toEqual([]);
});

test('where all lines are waited for nothing is left to stop', () => {
  const joined = row();
  setJoin(joined, 'c', { join: 'n', join_count: 2, cancel_rest: true });
  expect(joined.nodes[3]).toMatchObject({ join: 'n', join_count: 2, cancel_rest: true });
  setJoin(joined, 'c', { join: 'all' });
  expect(joined.nodes[3]?.cancel_rest).toBe(false);
});

test('what a line back and a join are set to can be undone and redone', () => {
  const before = startHistory(looped());
  const after = edit(before, { label: 'x', at: 0 }, (draft) => {
    setFeedback(draft, 'b~a', { max_rounds: 3 });
    setJoin(draft, 'b', { join: 'any', cancel_rest: true });
  });
  expect(undo(after).present).toEqual(before.present);
  expect(redo(undo(after)).present).toEqual(after.present);
});

test('documents are read and written without loss, and plain ones stay plain', () => {
  const full = looped();
  setJoin(full, 'c', { join: 'n', join_count: 2, cancel_rest: true });
  (full.nodes[1] as (typeof full.nodes)[0]).policy.fallbacks = [{ asset: 'other' }];
  expect(readGraph(JSON.parse(JSON.stringify(writeGraph(full))))).toEqual(full);
  const plain = JSON.stringify(writeGraph(row()));
  for (const word of ['feedback', 'fallbacks', 'join_count', 'cancel_rest']) expect(plain).not.toContain(word);
});

test('a copied loop goes round its own steps', () => {
  const copied = looped();
  setFeedback(copied, 'b~a', { when: { $expr: 'b.text == ""' } });
  paste(copied, NODE_TYPES, partOf(copied, ['a', 'b']), { x: 0, y: 0 });
  const back = copied.edges.at(-1);
  expect(back?.feedback).toEqual({ when: { $expr: `${back?.source}.text == ""` }, max_rounds: 10 });
});

test('problems of a line are counted for the line', () => {
  const problem = { code: 'x', message: 'x', node: 'b', field: 'edges.b~a.feedback.when' };
  expect(countByNode([problem])).toEqual({ b: 1, 'line:b~a': 1 });
});
