import { canConnect } from './connect';
import { graph, NODE_TYPES, node } from './fixtures';

const row = graph(
  [
    node('s', 'start', {}),
    node('a'),
    node('b'),
    node('f', 'each'),
    node('in1', 'work', { parent: 'f' }),
    node('c', 'condition'),
  ],
  ['s>a', 'a>b', 'b>c'],
);

const verdict = (from: string, to: string, port = 'out') =>
  canConnect(row, NODE_TYPES, { node: from, port }, { node: to, port: 'in' });

test.each([
  ['a', 'a', 'out', 'self'],
  ['a', 's', 'out', 'into_start'],
  ['a', 'in1', 'out', 'border'],
  ['a', 'b', 'out', 'duplicate'],
  ['c', 'f', 'out', 'no_port'],
  ['a', 'gone', 'out', 'missing'],
])('a line from %s to %s is refused: %s %s', (from, to, port, reason) => {
  expect(verdict(from, to, port)).toEqual({ ok: false, reason });
});

test('a line that skips a step forward is fine', () => {
  expect(verdict('a', 'c')).toEqual({ ok: true, back: false });
});

test('a line to an earlier step leads back', () => {
  expect(verdict('b', 'a')).toEqual({ ok: true, back: true });
});

test('a line that leads back does not make later lines between its ends lead back too', () => {
  const loop = graph([node('a'), node('b'), node('c')], ['a>b', 'b>c', 'c~a']);
  const skipping = canConnect(loop, NODE_TYPES, { node: 'a', port: 'out' }, { node: 'c', port: 'in' });
  expect(skipping).toEqual({ ok: true, back: false });
});

test('every step can have a way to undo it, a start cannot, and it never leads back', () => {
  expect(verdict('a', 'c', 'undo')).toEqual({ ok: true, back: false });
  expect(verdict('s', 'c', 'undo')).toEqual({ ok: false, reason: 'no_port' });
  expect(verdict('b', 'a', 'undo')).toEqual({ ok: false, reason: 'undo_back' });
});

test('two ways of one step may lead to the same step', () => {
  const both = graph([node('c', 'condition'), node('d')], ['c.yes>d']);
  expect(canConnect(both, NODE_TYPES, { node: 'c', port: 'no' }, { node: 'd', port: 'in' })).toEqual({
    ok: true,
    back: false,
  });
});

test('a line being moved does not stand in its own way', () => {
  const moved = canConnect(row, NODE_TYPES, { node: 'b', port: 'out' }, { node: 'a', port: 'in' }, 'a>b');
  expect(moved).toEqual({ ok: true, back: false });
});

test('the error path exists only while it is switched on', () => {
  const failing = node('a');
  failing.policy.on_error = 'path';
  const on = graph([failing, node('b')]);
  expect(canConnect(on, NODE_TYPES, { node: 'a', port: 'error' }, { node: 'b', port: 'in' })).toEqual({
    ok: true,
    back: false,
  });
  expect(canConnect(on, NODE_TYPES, { node: 'b', port: 'error' }, { node: 'a', port: 'in' })).toEqual({
    ok: false,
    reason: 'no_port',
  });
});
