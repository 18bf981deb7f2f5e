import { produce } from 'immer';
import type { Graph, NodeTypes } from './document';
import { type Extract, extract, replaceByCall } from './extract';
import { graph, linesOf, NODE_TYPES, node, nodeType } from './fixtures';

const TYPES: NodeTypes = new Map([
  ...NODE_TYPES,
  ['start_manual', nodeType('start_manual', { kind: 'start', title: 'Start by hand' })],
  ['set_fields', nodeType('set_fields', { title: 'Set fields' })],
  ['run_workflow', nodeType('run_workflow', { title: 'Run another workflow' })],
  ['stop', nodeType('stop', { ports: [] })],
]);

const fields = [
  { key: 'amount', label: 'Amount', type: 'number' },
  { key: 'who', label: 'Who', type: 'text' },
];
const flow = graph(
  [
    node('start', 'start_manual', { config: { fields } }),
    node('before', 'work', { name: 'Read it' }),
    node('a', 'read', { config: { text: { $expr: 'before.text' }, limit: { $expr: 'trigger.amount' } } }),
    node('b', 'set_fields', {
      config: {
        fields: [
          { name: 'n', value: { $expr: 'size(before) + size(before.rows) + size("before")' } },
          { name: 'm', value: { $text: 'Hi {{ a.x }}' } },
        ],
      },
    }),
    node('after', 'read', { config: { text: { $expr: 'b.n + a.total' } } }),
  ],
  ['start>before', 'before>a', 'a>b', 'b>after'],
);

const made = (of: Graph, keys: string[]): Extract => {
  const result = extract(of, TYPES, keys);
  if (typeof result === 'string') throw new Error(result);
  return result;
};

// ux: 61
test('what the steps take from before becomes questions, what is used behind them becomes the result', () => {
  const { graph: fresh, inputs, results } = made(flow, ['a', 'b']);
  expect(inputs.map(({ key, type, formula }) => [key, type, formula])).toEqual([
    ['before', 'data', 'before'],
    ['amount', 'number', 'trigger.amount'],
  ]);
  expect(results).toEqual(['a', 'b']);
  expect(linesOf(fresh)).toEqual(['a>b', 'b>result', 'start>a']);
  const config = Object.fromEntries(fresh.nodes.map((one) => [one.key, one.config]));
  // A name that some formula uses as it is is handed over whole, everywhere.
  expect(config.a).toEqual({ text: { $expr: 'trigger.before.text' }, limit: { $expr: 'trigger.amount' } });
  expect(config.b).toMatchObject({
    fields: [
      { value: { $expr: 'size(trigger.before) + size(trigger.before.rows) + size("before")' } },
      { value: { $text: 'Hi {{ a.x }}' } },
    ],
  });
  expect(config.result).toEqual({
    fields: [
      { name: 'a', value: { $expr: 'a' } },
      { name: 'b', value: { $expr: 'b' } },
    ],
  });
});

// ux: 61
test('of what formulas compute with only the fields they use are asked for', () => {
  const sums = graph(
    [
      node('start', 'start_manual', { config: { fields } }),
      node('a', 'read', { config: { text: { $expr: 'trigger.amount * 2 + size(trigger.who.trim())' } } }),
      node('b', 'read', { config: { text: { $expr: 'trigger.amount > 3 ? "trigger.amount" : trigger.who' } } }),
    ],
    ['start>a', 'a>b'],
  );
  const { graph: fresh, inputs } = made(sums, ['a', 'b']);
  expect(inputs.map(({ key, type, label }) => [key, type, label])).toEqual([
    ['amount', 'number', 'start, amount'],
    ['who', 'text', 'start, who'],
  ]);
  expect(fresh.nodes.slice(1).map((one) => one.config.text)).toEqual([
    { $expr: 'trigger.amount * 2 + size(trigger.who.trim())' },
    { $expr: 'trigger.amount > 3 ? "trigger.amount" : trigger.who' },
  ]);
});

// ux: 61
test('one step that runs the new workflow stands in their place, and formulas behind it take its result', () => {
  const from = made(flow, ['a', 'b']);
  let key: string | null = null;
  const after = produce(flow, (draft) => {
    key = replaceByCall(draft, TYPES, ['a', 'b'], from, { id: 'w1', name: 'Count rows' });
  });
  expect(key).toBe('run_workflow');
  expect(linesOf(after)).toEqual(['before>run_workflow', 'run_workflow>after', 'start>before']);
  const step = after.nodes.find((one) => one.key === 'run_workflow');
  expect(step?.name).toBe('Count rows');
  expect(step?.config).toEqual({
    workflow: 'w1',
    input: [
      { name: 'before', value: { $expr: 'before' } },
      { name: 'amount', value: { $expr: 'trigger.amount' } },
    ],
  });
  expect(after.nodes.find((one) => one.key === 'after')?.config).toEqual({
    text: { $expr: 'run_workflow.b.n + run_workflow.a.total' },
  });
});

// ux: 61
test('it says why a selection is no workflow of its own', () => {
  const many = graph(
    [
      node('start', 'start'),
      node('other', 'work'),
      node('check', 'condition'),
      node('yes', 'work'),
      node('no', 'work'),
      node('end', 'work'),
      node('stop', 'stop'),
      node('each', 'each'),
      node('inner', 'work', { parent: 'each' }),
    ],
    ['start>check', 'check.yes>yes', 'check.no>no', 'yes>end', 'no>end', 'end>each', 'end~check', 'other>stop'],
  );
  const why = (...keys: string[]) => extract(many, TYPES, keys);
  expect(why('yes')).toBe('few');
  expect(why('each', 'inner')).toBe('few');
  expect(why('start', 'check')).toBe('start');
  expect(why('yes', 'inner')).toBe('border');
  expect(why('yes', 'no')).toBe('entries');
  expect(why('end', 'each')).toBe('back');
  expect(why('check', 'yes', 'no', 'end')).not.toBeTypeOf('string');
  expect(why('other', 'stop')).not.toBeTypeOf('string');
  const forked = graph(
    [node('start', 'start'), node('a'), node('check', 'condition'), node('x'), node('y')],
    ['start>a', 'a>check', 'check.yes>x', 'check.no>y'],
  );
  expect(extract(forked, TYPES, ['a', 'check'])).toBe('exits');
  const open = graph(
    [node('start', 'start'), node('a'), node('check', 'condition'), node('x')],
    ['start>a', 'a>check', 'check.yes>x'],
  );
  expect(extract(open, TYPES, ['a', 'check'])).toBe('loose');
});

// ux: 61
test('inside a loop the item is handed over; a chosen loop keeps its own', () => {
  const loop = graph(
    [
      node('start', 'start'),
      node('each', 'each', { config: { items: { $expr: 'start.list' } } }),
      node('one', 'read', { parent: 'each', config: { text: { $expr: 'item.name' } } }),
      node('two', 'work', { parent: 'each' }),
      node('next', 'work'),
    ],
    ['start>each', 'one>two', 'each>next'],
  );
  const inner = made(loop, ['one', 'two']);
  expect(inner.inputs.map((one) => one.formula)).toEqual(['item.name']);
  expect(inner.graph.nodes.every((one) => one.parent === null)).toBe(true);
  const whole = made(loop, ['each', 'next']);
  expect(whole.inputs).toEqual([]);
  expect(whole.graph.nodes.find((one) => one.key === 'one')).toMatchObject({
    parent: 'each',
    config: { text: { $expr: 'item.name' } },
  });
});
