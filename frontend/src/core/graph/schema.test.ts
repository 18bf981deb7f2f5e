import { node, nodeType } from './fixtures';
import { freshKey } from './keys';
import { portsOf } from './ports';
import { defaultsOf, levelOf, plainSchema } from './schema';

const schema = {
  $defs: { Row: { type: 'object', properties: { name: { type: 'string' } } } },
  type: 'object',
  required: ['title'],
  properties: {
    title: { type: 'string' },
    rows: { type: 'array', items: { $ref: '#/$defs/Row' }, default: [] },
    due: { anyOf: [{ type: 'number' }, { type: 'null' }], default: null, title: 'Due' },
    limit: { type: 'number', default: 5, 'x-level': 1 },
  },
};

test('references are filled in and "or nothing" is unwrapped', () => {
  expect(plainSchema(schema).properties).toMatchObject({
    rows: { items: { type: 'object', properties: { name: { type: 'string' } } } },
    due: { type: 'number', title: 'Due' },
  });
});

test('a new step starts with every default that says something', () => {
  expect(defaultsOf(schema)).toEqual({ rows: [], limit: 5 });
});

test('required settings are asked first, others when their level says so', () => {
  expect(['title', 'limit', 'rows'].map((key) => levelOf(schema, key))).toEqual([1, 1, 2]);
});

test('a choice has one way out per named case and one for the rest', () => {
  const type = nodeType('switch', { ports: [{ key: 'otherwise', label: 'Otherwise' }], dynamic_ports: true });
  const step = node('w', 'switch', { config: { cases: [{ key: 'a', label: 'Apples' }, { key: '' }, { key: 'b' }] } });
  expect(portsOf(step, type).map((port) => port.label)).toEqual(['Apples', 'b', 'Otherwise']);
});

test.each([
  ['Send mail', [], 'send_mail'],
  ['send_mail', ['send_mail'], 'send_mail_2'],
  ['index', [], 'index_2'],
  ['List', [], 'list_2'],
  ['strings', [], 'strings_2'],
  ['tutti_text', [], 'step_tutti_text'],
  ['Größe', [], 'gro_e'],
  ['4 eyes', [], 'step_4_eyes'],
  ['', [], 'step'],
])('a step made of %j with %j taken is called %j', (base, taken, key) => {
  expect(freshKey(base, new Set(taken))).toBe(key);
});
