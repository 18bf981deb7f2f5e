import { produce } from 'immer';
import {
  addStep,
  addStepAfter,
  deleteSteps,
  dropLooseLines,
  insertOnLine,
  moveSteps,
  setConfigAt,
  setPolicy,
} from './commands';
import type { Graph, NodeTypeInfo } from './document';
import { graph, linesOf, NODE_TYPES, node } from './fixtures';
import { putIntoFrame } from './frames';

const type = (key: string) => NODE_TYPES.get(key) as NodeTypeInfo;
const chain = graph(
  [node('a'), node('b', 'work', { position: { x: 324, y: 0 } }), node('c', 'work', { position: { x: 648, y: 0 } })],
  ['a>b', 'b>c'],
);
const change = (before: Graph, recipe: (draft: Graph) => void) => produce(before, (draft) => recipe(draft as Graph));

test('two steps of one type get keys and names of their own', () => {
  const after = change(graph([]), (draft) => {
    addStep(draft, { type: type('work'), at: { x: 5, y: 7 } });
    addStep(draft, { type: type('work'), at: { x: 0, y: 0 } });
  });
  expect(after.nodes.map((one) => [one.key, one.name])).toEqual([
    ['work', 'work'],
    ['work_2', 'work 2'],
  ]);
  expect(after.nodes[0]?.position).toEqual({ x: 0, y: 12 });
});

test('a step added after another is connected to it and covers nothing', () => {
  const after = change(chain, (draft) => {
    addStepAfter(draft, NODE_TYPES, type('work'), { node: 'a', port: 'out' });
  });
  expect(linesOf(after)).toEqual(['a>b', 'a>work', 'b>c']);
  expect(after.nodes.find((one) => one.key === 'work')?.position).toEqual({ x: 348, y: 120 });
});

test('a step put into a line sits between its ends, and later steps move right', () => {
  const after = change(chain, (draft) => {
    insertOnLine(draft, NODE_TYPES, type('work'), 'a>b');
  });
  expect(linesOf(after)).toEqual(['a>work', 'b>c', 'work>b']);
  expect(after.nodes.map((one) => one.position.x)).toEqual([0, 696, 1020, 348]);
});

test('deleting a middle step heals the line across the gap', () => {
  expect(linesOf(change(chain, (draft) => deleteSteps(draft, NODE_TYPES, ['b'])))).toEqual(['a>c']);
});

test('deleting a step with several ways on leaves them open', () => {
  const fork = graph([node('a'), node('c', 'condition'), node('x'), node('y')], ['a>c', 'c.yes>x', 'c.no>y']);
  expect(linesOf(change(fork, (draft) => deleteSteps(draft, NODE_TYPES, ['c'])))).toEqual([]);
});

test('deleting a frame deletes its inside', () => {
  const framed = graph([node('f', 'each'), node('in1', 'work', { parent: 'f' }), node('out')]);
  const after = change(framed, (draft) => deleteSteps(draft, NODE_TYPES, ['f']));
  expect(after.nodes.map((one) => one.key)).toEqual(['out']);
});

test('moved steps snap to the grid', () => {
  const after = change(chain, (draft) => moveSteps(draft, [{ key: 'a', position: { x: 31, y: -8 } }]));
  expect(after.nodes[0]?.position).toEqual({ x: 36, y: -12 });
});

test('settings are written at any depth and taken away with undefined', () => {
  const after = change(chain, (draft) => {
    setConfigAt(draft, 'a', ['fields', 0, 'value'], 1);
    setConfigAt(draft, 'a', ['gone'], 2);
    setConfigAt(draft, 'a', ['gone'], undefined);
  });
  expect(after.nodes[0]?.config).toEqual({ fields: [{ value: 1 }] });
});

test('switching the error path off takes its line along', () => {
  const failing = node('a');
  failing.policy.on_error = 'path';
  const before = graph([failing, node('b')], ['a.error>b']);
  expect(linesOf(change(before, (draft) => setPolicy(draft, 'a', { on_error: 'fail' })))).toEqual([]);
});

test('a removed case takes its line along, the others stay', () => {
  const before = graph(
    [node('w', 'switch', { config: { cases: [{ key: 'x', equals: 'x' }] } }), node('b')],
    ['w.x>b', 'w.y>b', 'w.otherwise>b'],
  );
  const after = change(before, (draft) => dropLooseLines(draft, NODE_TYPES, 'w'));
  expect(linesOf(after)).toEqual(['w.otherwise>b', 'w.x>b']);
});

test('a step put into a frame stays where it is seen, loses lines across the border, and the frame grows', () => {
  const before = graph(
    [
      node('f', 'each', { position: { x: 120, y: 120 }, size: { width: 300, height: 120 } }),
      node('a', 'work', { position: { x: 360, y: 240 } }),
      node('b'),
    ],
    ['b>a'],
  );
  const after = change(before, (draft) => putIntoFrame(draft, ['a'], 'f'));
  const [frame, step] = after.nodes;
  expect(step?.position).toEqual({ x: 240, y: 120 });
  expect(frame?.size).toEqual({ width: 528, height: 240 });
  expect(linesOf(after)).toEqual([]);
});
