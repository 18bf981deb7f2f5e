import fc from 'fast-check';
import { canConnect, placeKey, verdictsFor } from './connect';
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

// ux: 32
test('a held line knows of every place whether it fits, and if not, why', () => {
  const held = { node: 'a', port: 'out' };
  const found = [...verdictsFor(row, NODE_TYPES, held, 'out')].map(([place, one]) => [place, one.ok || one.reason]);
  expect(Object.fromEntries(found)).toEqual({
    's/in': 'into_start',
    'a/in': 'self',
    'b/in': 'duplicate',
    'f/in': true,
    'in1/in': 'border',
    'c/in': true,
  });
});

test('asked for all places at once or for one, the answer is the same, from either end', () => {
  const anyNode = fc.constantFrom(...row.nodes.map((one) => one.key));
  const anyLine = fc.option(fc.constantFrom(...row.edges.map((edge) => edge.id)), { nil: undefined });
  fc.assert(
    fc.property(anyNode, anyNode, anyLine, (from, to, ignoring) => {
      const ends = [
        { node: from, port: from === 'c' ? 'yes' : 'out' },
        { node: to, port: 'in' },
      ] as const;
      const one = canConnect(row, NODE_TYPES, ...ends, ignoring);
      expect(verdictsFor(row, NODE_TYPES, ends[0], 'out', ignoring).get(placeKey(ends[1]))).toEqual(one);
      expect(verdictsFor(row, NODE_TYPES, ends[1], 'in', ignoring).get(placeKey(ends[0]))).toEqual(one);
    }),
  );
});
