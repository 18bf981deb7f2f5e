import { LARGEST_SAMPLE, readSample } from './samples';

// ux: 81
test('rows pasted from a spreadsheet become a list of records', () => {
  const text = 'Name\tAmount\tPostcode\r\n"Ada ""A."" Lovelace"\t12.5\t01067\r\nBen\t\t"two\nlines"\r\n';
  expect(readSample(text)).toEqual({
    ok: true,
    rows: 2,
    value: [
      { Name: 'Ada "A." Lovelace', Amount: 12.5, Postcode: '01067' },
      { Name: 'Ben', Amount: null, Postcode: 'two\nlines' },
    ],
  });
});

// ux: 81
test('JSON is taken as it is', () => {
  expect(readSample(' {"a": [1, null]} ')).toEqual({ ok: true, value: { a: [1, null] }, rows: null });
  expect(readSample('17')).toEqual({ ok: true, value: 17, rows: null });
});

// ux: 81
test.each([
  ['', { problem: 'empty' }],
  ['{\n"a": 1,\n}', { problem: 'notJson', line: 3 }],
  ['Name\tName\nAda\tBen', { problem: 'noNames', line: 1 }],
  [JSON.stringify('x'.repeat(LARGEST_SAMPLE)), { problem: 'tooLarge' }],
])('what cannot be a sample is refused with its reason', (text, reason) => {
  expect(readSample(text)).toEqual({ ok: false, ...reason });
});
