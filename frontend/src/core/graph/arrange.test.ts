import { type Axis, align, distribute, type Edge } from './arrange';
import { CARD } from './document';
import { graph, NODE_TYPES, node } from './fixtures';

const at = (x: number, y: number) => ({ position: { x, y } });
const flow = graph([
  node('a', 'work', at(0, 0)),
  node('b', 'work', at(360, 132)),
  node('c', 'work', at(840, 300)),
  node('each', 'each', at(0, 600)),
  node('one', 'work', { ...at(36, 60), parent: 'each' }),
  node('two', 'work', { ...at(324, 96), parent: 'each' }),
]);

const aligned = (edge: Edge, keys = ['a', 'b', 'c']) =>
  align(flow, NODE_TYPES, keys, edge).map(({ position: { x, y } }) => [x, y]);
const spread = (axis: Axis, keys = ['a', 'b', 'c'], of = flow) =>
  distribute(of, NODE_TYPES, keys, axis).map(({ position: { x, y } }) => [x, y]);

// ux: 49
test('steps line up along an edge or the middle of all of them', () => {
  expect(aligned('left')).toEqual([
    [0, 0],
    [0, 132],
    [0, 300],
  ]);
  expect(aligned('right').map(([x]) => x)).toEqual([840, 840, 840]);
  expect(aligned('centre').map(([x]) => x)).toEqual([420, 420, 420]);
  expect(aligned('bottom').map(([, y]) => y)).toEqual([300, 300, 300]);
  expect(aligned('middle').map(([, y]) => y)).toEqual([150, 150, 150]);
});

// ux: 49
test('steps of one row that are lined up at their left come to stand below each other', () => {
  const row = graph([node('a', 'work', at(0, 0)), node('b', 'work', at(360, 12)), node('c', 'work', at(720, 0))]);
  const ys = align(row, NODE_TYPES, ['a', 'b', 'c'], 'left').map(({ position }) => position.y);
  const sorted = [...ys].sort((a, b) => a - b);
  expect((sorted[1] as number) - (sorted[0] as number)).toBeGreaterThanOrEqual(CARD.height);
  expect((sorted[2] as number) - (sorted[1] as number)).toBeGreaterThanOrEqual(CARD.height);
});

// ux: 49
test('three steps are spread with the same distance between them; crowded ones get room', () => {
  expect(spread('across').map(([x]) => x)).toEqual([0, 420, 840]);
  expect(spread('down').map(([, y]) => y)).toEqual([0, 150, 300]);
  const crowd = graph([node('a', 'work', at(0, 0)), node('b', 'work', at(60, 0)), node('c', 'work', at(120, 0))]);
  expect(spread('across', ['a', 'b', 'c'], crowd).map(([x]) => x)).toEqual([0, 264, 528]);
  expect(spread('across', ['a', 'b'])).toEqual([]);
});

// ux: 49
test('inside of a frame places count from the frame, and a frame takes its inside along', () => {
  expect(aligned('top', ['one', 'two'])).toEqual([
    [36, 60],
    [324, 60],
  ]);
  expect(align(flow, NODE_TYPES, ['a', 'each', 'one'], 'left').map((one) => one.key)).toEqual(['a', 'each']);
});
