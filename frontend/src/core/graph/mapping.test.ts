import names from '../../../../tests/contracts/field_names.json';
import { dropInto, formulaPath, pathFormula, textParts } from './formulas';
import { columnSource, offersFor, pathSource, shapeOf } from './mapping';

const TEXT = { type: 'string' };
const LINES = [
  { name: 'Pen', amount: 2, paid: true },
  { name: 'Ink', amount: 5, paid: false },
];

// ux: 77
test.each(names)('the field $path becomes the formula $formula, alone and inside a text', ({ path, formula }) => {
  expect(pathFormula(path)).toBe(formula);
  expect(formulaPath(formula)).toEqual(path);
  const dropped = dropInto('Dear , thank you', formula, { text: true, at: 5 });
  expect(dropped).toEqual({ $text: `Dear {{ ${formula} }}, thank you` });
  const [, hole] = textParts((dropped as { $text: string }).$text);
  expect(hole).toMatchObject({ kind: 'formula', text: formula });
});

// ux: 76
test('a list on a text is joined, counted, or its first entry is taken', () => {
  const offers = offersFor(pathSource(['mail', 'to'], ['Ada', 'Ben'], {}), TEXT);
  expect(offers.map((one) => [one.kind, one.formula, one.value])).toEqual([
    ['join', 'mail.to.join(", ")', 'Ada, Ben'],
    ['first', 'mail.to[0]', 'Ada'],
    ['count', 'count(mail.to)', 2],
  ]);
});

// ux: 76
test('of a list of records a field is joined or taken from the first row', () => {
  const offers = offersFor(pathSource(['order', 'lines'], LINES, {}), TEXT);
  expect(offers.map((one) => one.formula)).toEqual([
    'order.lines.map(one, one.name).join(", ")',
    'order.lines.map(one, string(one.amount)).join(", ")',
    'order.lines.map(one, string(one.paid)).join(", ")',
    'count(order.lines)',
    'order.lines[0].name',
    'order.lines[0].amount',
    'order.lines[0].paid',
  ]);
  expect(offers.find((one) => one.field === 'name')?.value).toBe('Pen, Ink');
});

// ux: 76
test('rows that lack a field leave a gap, they do not fail', () => {
  const [join] = offersFor(pathSource(['order', 'lines'], [{ 'due date': 'May' }, { other: 1 }], {}), TEXT);
  expect(join?.formula).toBe('order.lines.map(one, string(("due date" in one ? one["due date"] : ""))).join(", ")');
});

// ux: 76
test('of a record one field is chosen, of a file its name comes first', () => {
  const customer = { name: 'Ada', tags: ['a'], address: { city: 'Ulm' }, age: 36 };
  expect(offersFor(pathSource(['order', 'customer'], customer, {}), TEXT).map((one) => one.formula)).toEqual([
    'order.customer.name',
    'order.customer.age',
  ]);
  const promised = { type: 'object', properties: { city: { type: 'string' }, tags: { type: 'array' } } };
  expect(offersFor(pathSource(['a'], undefined, promised), TEXT).map((one) => one.formula)).toEqual(['a.city']);
});

// ux: 76
test('a column gives all its values, or those of one row', () => {
  const column = columnSource(['order', 'lines'], 'amount', LINES, { type: 'number' });
  expect(offersFor(column, { type: 'number' }).map((one) => [one.formula, one.value])).toEqual([
    ['order.lines[0].amount', 2],
    ['count(order.lines)', 2],
  ]);
  expect(offersFor(column, {})[0]).toMatchObject({ kind: 'whole', formula: 'order.lines.map(row, row.amount)' });
});

// ux: 76
test('what fits is taken as it is, yes and no get words, one value becomes a list', () => {
  expect(offersFor(pathSource(['a'], 'x', {}), TEXT)).toMatchObject([{ kind: 'whole', formula: 'a' }]);
  expect(offersFor(pathSource(['a'], LINES, {}), { type: 'array' })).toMatchObject([{ kind: 'whole' }]);
  expect(offersFor(pathSource(['a'], LINES, {}), { type: 'string', 'x-any': true })).toMatchObject([{ kind: 'whole' }]);
  expect(offersFor(pathSource(['a'], true, {}), TEXT)).toMatchObject([{ kind: 'answer', value: 'yes' }]);
  expect(offersFor(pathSource(['a'], 'x', {}), { type: 'array' })).toMatchObject([{ kind: 'entry', formula: '[a]' }]);
  expect(shapeOf(undefined, { type: 'integer' })).toBe('number');
});

test('what stands in quotes does not close a hole', () => {
  expect(textParts('a {{ x["}}"] }} b').map((part) => part.text)).toEqual(['a ', 'x["}}"]', ' b']);
  expect(textParts('a {{ {"b": {"c": 1}} }} d').map((part) => part.text)).toEqual(['a ', '{"b": {"c": 1}}', ' d']);
  expect(textParts('a {{ b')).toEqual([{ kind: 'words', text: 'a {{ b', from: 0, to: 6 }]);
});
