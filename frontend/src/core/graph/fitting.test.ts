import { fits, spotBetween, wayOn } from './fitting';
import { graph, NODE_TYPES, node, nodeType } from './fixtures';

const flow = graph(
  [node('s', 'start'), node('a'), node('c', 'condition'), node('f', 'each'), node('in1', 'work', { parent: 'f' })],
  ['s>a', 'a>c', 'c.yes>f'],
);
const end = nodeType('end', { ports: [] });
const fitting = (after?: string, before?: string) =>
  [...NODE_TYPES.values(), end].filter((type) => fits(type, spotBetween(flow, after, before))).map((type) => type.key);

// ux: 29
test('the library offers what can stand at the other end of a line', () => {
  expect(fitting('a')).toEqual(['work', 'read', 'condition', 'switch', 'each', 'end']);
  expect(fitting('a', 'c')).toEqual(['work', 'read', 'condition', 'switch', 'each']);
  expect(fitting(undefined, 'a')).toContain('start');
  expect(fitting('in1')).toEqual(['work', 'read', 'condition', 'switch', 'end']);
});

test('a step goes on by a free way out, and by its first one where all are taken', () => {
  expect([wayOn(flow, NODE_TYPES, 'c'), wayOn(flow, NODE_TYPES, 'a')]).toEqual(['no', 'out']);
});
