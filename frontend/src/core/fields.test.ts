import { contains, fieldsOf, kindOf, narrow, pathWords, search } from './fields';

const orders = [
  { id: 1, customer: { name: 'Ada' }, total: 1200.5 },
  { id: 2, customer: { name: 'Grace' }, total: 80 },
];

describe('a value taken apart', () => {
  it('names what a value is', () => {
    const file = { file_id: 'f', name: 'a.pdf', media_type: 'application/pdf', size: 1, sha256: 'x' };
    const values = ['', 'x', '2026-03-01', '2026-03-01T08:00:00Z', 3, false, [], {}, file, null];
    const kinds = ['empty', 'text', 'date', 'date', 'number', 'boolean', 'list', 'record', 'file', 'empty'];
    expect(values.map(kindOf)).toEqual(kinds);
  });

  it('gives every single value with the way to it', () => {
    const fields = fieldsOf({ customer: { name: 'Ada' }, lines: [{ amount: 3 }], notes: [] });
    expect(fields.map((field) => [pathWords(field.path), field.kind])).toEqual([
      ['Customer › Name', 'text'],
      ['Lines › 1 › Amount', 'number'],
      ['Notes', 'list'],
    ]);
  });
});

describe('search in data', () => {
  // ux: 102
  it('finds names and values at any depth, whatever the case', () => {
    expect(contains(orders[0], 'ADA')).toBe(true);
    expect(contains(orders[0], 'customer')).toBe(true);
    expect(contains(orders[0], 'grace')).toBe(false);
  });

  // ux: 102
  it('finds numbers as they are written and as they are stored', () => {
    expect(contains(orders[0], '1,200', 'en')).toBe(true);
    expect(contains(orders[0], '1200.5', 'en')).toBe(true);
  });

  // ux: 102
  it('keeps the place of each entry in the whole list', () => {
    expect(search(orders, 'grace').map((found) => found.index)).toEqual([1]);
    expect(search(orders, '  ')).toHaveLength(2);
  });

  // ux: 102
  it('leaves of a record what holds the text, and of a list inside it the rows that do', () => {
    const report = { title: 'March', orders, contact: { name: 'Linus', mail: 'grace@example.com' } };
    expect(narrow(report, 'grace')).toEqual({ orders: [orders[1]], contact: { mail: 'grace@example.com' } });
    expect(narrow(report, 'orders')).toEqual({ orders });
  });
});
