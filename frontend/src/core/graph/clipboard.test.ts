import { produce } from 'immer';
import { type Copied, copyText, duplicate, paste, readCopied, shiftTo, shiftToMiddle } from './clipboard';
import type { Graph } from './document';
import { graph, linesOf, NODE_TYPES, node, nodeType } from './fixtures';
import { withoutForeign } from './foreign';

const change = (before: Graph, recipe: (draft: Graph) => void) => produce(before, (draft) => recipe(draft as Graph));
const copiedOf = (text: string): Copied => {
  const read = readCopied(text);
  if (read.kind !== 'steps') throw new Error(`Not steps but ${read.kind}`);
  return read.copied;
};

// ux: 38
test('a pasted part has fresh keys, its inner lines, and formulas that follow', () => {
  const before = graph(
    [node('a'), node('b', 'read', { config: { text: { $expr: 'a.text + trigger.a + "a"' } } })],
    ['a>b'],
  );
  const part = copiedOf(copyText(before, ['a', 'b']));
  const after = change(before, (draft) => {
    paste(draft, NODE_TYPES, part, { x: 48, y: 48 });
  });
  expect(linesOf(after)).toEqual(['a>b', 'work>read']);
  expect(after.nodes.at(-1)?.config).toEqual({ text: { $expr: 'work.text + trigger.a + "a"' } });
});

test('a pasted card covers none that is there', () => {
  const after = change(graph([node('a'), node('below', 'work', { position: { x: 48, y: 108 } })]), (draft) => {
    paste(draft, NODE_TYPES, copiedOf(copyText(draft, ['a'])), { x: 48, y: 108 });
  });
  expect(after.nodes.at(-1)?.position).toEqual({ x: 48, y: 228 });
});

test('a part is placed by its corner or by its middle', () => {
  const part = copiedOf(
    copyText(
      graph([node('a', 'work', { position: { x: 100, y: 50 } }), node('b', 'work', { position: { x: 460, y: 50 } })]),
      ['a', 'b'],
    ),
  );
  expect(shiftTo(part, { x: 0, y: 0 })).toEqual({ x: -100, y: -50 });
  expect(shiftToMiddle(part, { x: 300, y: 36 })).toEqual({ x: -100, y: -50 });
});

// ux: 39
test.each([
  ['', 'nothing'],
  ['hello', 'text'],
  ['{"nodes":[{"key":"a"}]}', 'text'],
  ['Name\tAmount\nAda\t12', 'table'],
  [copyText(graph([node('a')]), ['a']).slice(0, -20), 'broken'],
  ['{"schema":"graph@1/part","nodes":[{"key":"a"}],"edges":[]}', 'broken'],
  ['{"schema":"graph@1/part","nodes":[{"key":"a","type":"work","position":{"x":"far"}}],"edges":[]}', 'broken'],
  ['{"schema":"graph@1/part","nodes":[{"key":"a","type":"work","config":[1]}],"edges":[]}', 'broken'],
  ['{"schema":"graph@1/part","nodes":"all","edges":[]}', 'broken'],
  ['{"schema":"graph@1/part","nodes":[{"key":"a","type":"work"}],"edges":[]}', 'steps'],
])('the clipboard %j holds %s', (text, kind) => {
  expect(readCopied(text).kind).toBe(kind);
});

const calling = nodeType('call', {
  config_schema: {
    type: 'object',
    properties: {
      account: { type: 'string', title: 'Connection', 'x-widget': 'credential' },
      model: { type: 'string', title: 'Model', 'x-asset-kind': 'model' },
      url: { type: 'string' },
    },
  },
});
const types = new Map([...NODE_TYPES, [calling.key, calling]]);
const here = { workspace: 'ours', models: new Set(['known']) };
const calls = (workspace: string, config: Record<string, unknown>) =>
  withoutForeign(copiedOf(copyText(graph([node('c', 'call', { config })]), ['c'], workspace)), types, here);

// ux: 39
test('steps from another workspace lose its connections and models, and say so', () => {
  const [copied, dropped] = calls('theirs', { account: '17', model: 'unknown', url: 'https://example.com' });
  expect(copied.nodes[0]?.config).toEqual({ url: 'https://example.com' });
  expect(dropped.map(({ field, what }) => [field, what])).toEqual([
    ['account', 'connection'],
    ['model', 'model'],
  ]);
});

// ux: 39
test('steps from the same workspace keep them', () => {
  const config = { account: '17', model: 'known' };
  expect(calls('ours', config)).toMatchObject([{ nodes: [{ config }] }, []]);
});

// ux: 40
test('a duplicated frame brings its inside, and tells which copy belongs to which step', () => {
  let keys: ReadonlyMap<string, string> = new Map();
  const before = graph([node('f', 'each'), node('in1', 'work', { parent: 'f' })]);
  const after = change(before, (draft) => {
    ({ keys } = duplicate(draft, NODE_TYPES, ['f']));
  });
  expect(after.nodes.map((one) => [one.key, one.parent])).toEqual([
    ['f', null],
    ['in1', 'f'],
    ['each', null],
    ['work', 'each'],
  ]);
  expect([...keys]).toEqual([
    ['f', 'each'],
    ['in1', 'work'],
  ]);
});
