import { graph, NODE_TYPES, node } from './fixtures';
import { groupProblems, normalField } from './problems';
import { scopeOf, suggestMappings } from './scope';

const names = (key: string, of = flow) => scopeOf(of, NODE_TYPES, key).map((one) => one.name);

const flow = graph(
  [
    node('s', 'start'),
    node('a'),
    node('side'),
    node('each', 'each', { config: { items: { $expr: 'a.text' } } }),
    node('in1', 'work', { parent: 'each' }),
    node('in2', 'work', { parent: 'each' }),
    node('z', 'read'),
  ],
  ['s>a', 's>side', 'a>each', 'in1>in2', 'each>z'],
);

test('a step may use the start, earlier steps and the run, but nothing beside or after it', () => {
  expect(names('each')).toEqual(['trigger', 'a', 'run']);
});

test('inside a frame also the item, its number and what came before the frame', () => {
  expect(names('in2')).toEqual(['trigger', 'a', 'in1', 'item', 'index', 'run']);
});

test('after a frame its list is known, its inside is not', () => {
  expect(names('z')).toEqual(['trigger', 'a', 'each', 'run']);
});

test('the address of a step that waits for a call is known before it waits, but not outside of its frame', () => {
  const of = graph(
    [...flow.nodes, node('back', 'wait_call'), node('inner', 'wait_call', { parent: 'each' })],
    ['s>a', 'a>back'],
  );
  const calls = (key: string) => {
    const run = scopeOf(of, NODE_TYPES, key).find((one) => one.name === 'run')?.schema.properties;
    return Object.keys((run as { calls?: { properties: object } }).calls?.properties ?? {});
  };
  expect(calls('a')).toEqual(['back']);
  expect(calls('in1')).toEqual(['back', 'inner']);
});

test('behind an error path the error is known', () => {
  const failing = node('a');
  failing.policy.on_error = 'path';
  expect(names('b', graph([failing, node('b')], ['a.error>b']))).toContain('error');
});

test('a required setting that an earlier step obviously fills is suggested, the nearest first', () => {
  const of = graph([node('far'), node('near'), node('r', 'read')], ['far>near', 'near>r']);
  expect(suggestMappings(of, NODE_TYPES, 'r')).toEqual({ text: { $expr: 'near.text' } });
});

test('a setting that is filled already is left alone', () => {
  const of = graph([node('a'), node('r', 'read', { config: { text: 'mine' } })], ['a>r']);
  expect(suggestMappings(of, NODE_TYPES, 'r')).toEqual({});
});

test('problems are grouped in reading order, those of the whole workflow first', () => {
  const problem = (key: string | null, message: string) => ({ code: 'x', message, node: key, field: null });
  const groups = groupProblems(flow, [problem('z', '3'), problem('a', '2'), problem(null, '1'), problem('gone', '1b')]);
  expect(groups.map((group) => [group.node, group.problems.length])).toEqual([
    [null, 2],
    ['a', 1],
    ['z', 1],
  ]);
});

test.each([
  ['config.fields.0.value', 'fields.0.value'],
  ['fields[0].value', 'fields.0.value'],
  ['/config/text', 'text'],
  [null, ''],
])('the field %j is %j', (field, plain) => {
  expect(normalField(field)).toBe(plain);
});
