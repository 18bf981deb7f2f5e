import fc from 'fast-check';
import {
  convert,
  dropInto,
  formulaPath,
  mapFormulas,
  pathFormula,
  previewOf,
  renameNames,
  textParts,
} from './formulas';

test.each([
  [['parse', 'text'], 'parse.text'],
  [['parse', 'due date'], 'parse["due date"]'],
  [['parse', 'tables', 0, 'rows'], 'parse.tables[0].rows'],
  [['parse', 'a.b'], 'parse["a.b"]'],
  [['parse', 'say "hi"'], 'parse["say \\"hi\\""]'],
])('the path %j is the formula %s', (path, formula) => {
  expect(pathFormula(path)).toBe(formula);
});

test('every path survives being written as a formula', () => {
  const path = fc.tuple(fc.constantFrom('parse', 'trigger'), fc.array(fc.oneof(fc.string(), fc.nat(99))));
  fc.assert(
    fc.property(path, ([head, rest]) => {
      expect(formulaPath(pathFormula([head, ...rest]))).toEqual([head, ...rest]);
    }),
  );
});

test.each(['a + b', 'size(a.b)', 'a.b > 3', '', '3', 'a[b]'])('%j computes, so it is no path', (formula) => {
  expect(formulaPath(formula)).toBeNull();
});

test('a value dropped on empty text replaces it, on written text it becomes a hole at the pointed place', () => {
  expect(dropInto('', 'a.b', { text: true })).toEqual({ $expr: 'a.b' });
  expect(dropInto('Dear , hello', 'a.b', { text: true, at: 5 })).toEqual({ $text: 'Dear {{ a.b }}, hello' });
  expect(dropInto(12, 'a.b', { text: false })).toEqual({ $expr: 'a.b' });
});

test('changing how a value is given keeps what the new way can hold', () => {
  expect(convert('Hi', 'text')).toEqual({ $text: 'Hi' });
  expect(convert({ $expr: 'a.b' }, 'text')).toEqual({ $text: '{{ a.b }}' });
  expect(convert({ $text: '{{ a.b }}' }, 'expr')).toEqual({ $expr: 'a.b' });
  expect(convert({ $text: 'only words' }, 'fixed')).toBe('only words');
  expect(convert({ $expr: 'a.b' }, 'fixed')).toBeUndefined();
});

test('holes and words know their places', () => {
  expect(textParts('Hi {{ a.b }}!')).toEqual([
    { kind: 'words', text: 'Hi ', from: 0, to: 3 },
    { kind: 'formula', text: 'a.b', from: 3, to: 12 },
    { kind: 'words', text: '!', from: 12, to: 13 },
  ]);
});

const values = { extract: { total: { value: 12 }, 'due date': '1 May', none: null } };

test('previews tell the real value of plain paths and of text with them', () => {
  expect(previewOf({ $expr: 'extract.total.value' }, values)).toEqual({ known: true, value: 12 });
  expect(
    previewOf({ $text: 'Pay {{ extract.total.value }} by {{ extract["due date"] }}{{ extract.none }}' }, values),
  ).toEqual({
    known: true,
    value: 'Pay 12 by 1 May',
  });
  expect(previewOf({ $expr: 'extract.gone' }, values)).toEqual({ known: false });
  expect(previewOf({ $expr: 'extract.total.value * 2' }, values)).toEqual({ known: false });
});

test('names of steps are renamed, fields and strings of the same name are not', () => {
  const names = new Map([['a', 'a_2']]);
  expect(renameNames('a.a + b.a + "a" + size(a)', names)).toBe('a_2.a + b.a + "a" + size(a_2)');
  expect(mapFormulas({ list: [{ $text: 'a {{ a.x }}' }] }, (formula) => renameNames(formula, names))).toEqual({
    list: [{ $text: 'a {{ a_2.x }}' }],
  });
});
