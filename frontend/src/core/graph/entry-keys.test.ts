import type { Config } from './document';
import { fillKeys } from './entry-keys';
import { graph, node } from './fixtures';

const SCHEMA = {
  type: 'object',
  properties: {
    cases: {
      type: 'array',
      items: { type: 'object', properties: { key: {}, label: {}, equals: {} } },
    },
    show: { type: 'array', items: { type: 'object', properties: { label: {}, value: {} } } },
  },
};

const filled = (before: Config, after: Config, lines: string[] = []) =>
  fillKeys(graph([node('paths', 'switch', { config: before }), node('next')], lines), 'paths', SCHEMA, after);

test('a case gets its key from its label, and the key follows while the label is typed', () => {
  const first = filled({ cases: [{}] }, { cases: [{ label: 'I' }] });
  expect(first).toEqual({ cases: [{ label: 'I', key: 'i' }] });
  const second = filled(first, { cases: [{ label: 'In', key: 'i' }] });
  expect(second).toEqual({ cases: [{ label: 'In', key: 'in_2' }] });
  expect(filled(second, { cases: [{ label: 'In doubt', key: 'in_2' }] })).toEqual({
    cases: [{ label: 'In doubt', key: 'in_doubt' }],
  });
});

test('without a label the value that is compared gives the key', () => {
  expect(filled({ cases: [{}] }, { cases: [{ equals: 'Complaint' }] })).toEqual({
    cases: [{ equals: 'Complaint', key: 'complaint' }],
  });
});

test('two cases never share a key, nor take that of a way out that is always there', () => {
  const before = { cases: [{ label: 'Paid', key: 'paid' }, {}] };
  const after = { cases: [{ label: 'Paid', key: 'paid' }, { label: 'paid' }] };
  expect(filled(before, after).cases).toEqual([after.cases[0], { label: 'paid', key: 'paid_2' }]);
  expect(filled({ cases: [{}] }, { cases: [{ label: 'Otherwise' }] })).toEqual({
    cases: [{ label: 'Otherwise', key: 'otherwise_2' }],
  });
});

test.each([
  ['a person wrote it', { label: 'Paid', key: 'settled' }, []],
  ['a line leaves by it', { label: 'Paid', key: 'paid' }, ['paths.paid>next']],
])('a key stays when %s', (_why, entry, lines) => {
  const after = { cases: [{ ...entry, label: 'All paid' }] };
  expect(filled({ cases: [entry] }, after, lines)).toEqual(after);
});

test('a key that was taken away is not filled in again under the hand', () => {
  const after = { cases: [{ label: 'Paid', key: '' }] };
  expect(filled({ cases: [{ label: 'Paid', key: 'paid' }] }, after)).toEqual(after);
});

test('taking an entry out changes none of the others', () => {
  const [first, second] = [
    { label: 'Paid', key: 'paid' },
    { label: 'Open', key: 'open' },
  ];
  expect(filled({ cases: [first, second] }, { cases: [second] })).toEqual({ cases: [second] });
});

test('lists without keys stay as they are', () => {
  const after = { show: [{ label: 'Amount' }] };
  expect(filled({ show: [{}] }, after)).toEqual(after);
});
