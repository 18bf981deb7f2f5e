import { EMPTY_GRAPH, readGraph } from './document';
import { previewOf } from './formulas';
import { itemList, withItem, withRowFirst } from './rows';

const VALUES = { orders: { rows: [{ amount: 5 }, { amount: 7 }, { amount: 9 }] } };
const LIST = ['orders', 'rows'];

// ux: 74
test('inside a frame the chosen row is the item, the first one until a row is chosen', () => {
  expect(withItem(VALUES, LIST, null)).toMatchObject({ item: { amount: 5 }, index: 0 });
  const second = withItem(VALUES, LIST, { list: LIST, index: 1 });
  expect(previewOf({ $expr: 'item.amount' }, second)).toEqual({ known: true, value: 7 });
  expect(withItem(VALUES, LIST, { list: ['other'], index: 2 })).toMatchObject({ index: 0 });
  expect(withItem(VALUES, ['orders', 'nothing'], null)).toBe(VALUES);
});

// ux: 74
test('elsewhere what reads the first row reads the chosen one, and nothing else changes', () => {
  const values = withRowFirst(VALUES, { list: LIST, index: 2 });
  expect(previewOf({ $expr: 'orders.rows[0].amount' }, values)).toEqual({ known: true, value: 9 });
  expect(values).toEqual({ orders: { rows: [{ amount: 9 }, { amount: 5 }, { amount: 7 }] } });
  expect(VALUES.orders.rows[0]).toEqual({ amount: 5 });
  expect(withRowFirst(VALUES, { list: LIST, index: 3 })).toBe(VALUES);
});

test('the list of a frame is known when its setting is a path', () => {
  const frame = { key: 'each', type: 'for_each', config: { items: { $expr: 'orders.rows' } } };
  const graph = readGraph({ nodes: [frame, { key: 'inside', type: 'set_fields', parent: 'each' }] });
  expect(itemList(graph, graph.nodes[1])).toEqual(LIST);
  expect(itemList(graph, graph.nodes[0])).toBeNull();
  expect(itemList(EMPTY_GRAPH, undefined)).toBeNull();
});
