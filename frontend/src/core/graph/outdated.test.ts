import { type NodeTypeInfo, readGraph } from './document';
import { changesOf, isOutdated, updateStep } from './outdated';

const property = (title: string, more = {}) => ({ title, type: 'string', ...more });
const kind = (version: number, properties: object, required: string[]) =>
  ({ key: 'mail', version, config_schema: { type: 'object', properties, required } }) as unknown as NodeTypeInfo;

const OLD = kind(1, { to: property('To'), copy: property('Copy to') }, ['to']);
const NEW = kind(2, { to: property('To'), tone: property('Tone', { default: 'plain' }), from: property('From') }, [
  'to',
  'from',
]);
const GRAPH = readGraph({
  nodes: [{ key: 'm', type: 'mail', type_version: 1, config: { to: 'a@b.c', copy: 'x@b.c' } }],
});
const [NODE] = GRAPH.nodes as [(typeof GRAPH.nodes)[0]];

// ux: 84
test('an update says what is new, what is dropped and what has to be filled in', () => {
  expect(isOutdated(NODE, NEW)).toBe(true);
  const changes = { from: 1, to: 2, added: ['Tone', 'From'], dropped: ['Copy to'], asks: ['From'] };
  expect(changesOf(NODE, NEW, OLD)).toEqual(changes);
  expect(changesOf(NODE, NEW)).toEqual({ ...changes, dropped: ['copy'] });
});

// ux: 84
test('an updated step keeps its settings and gets the usual values of new ones', () => {
  const graph = structuredClone(GRAPH);
  updateStep(graph, 'm', NEW);
  expect(graph.nodes[0]).toMatchObject({ type_version: 2, config: { to: 'a@b.c', tone: 'plain' } });
  expect(isOutdated(graph.nodes[0] as (typeof graph.nodes)[0], NEW)).toBe(false);
});
