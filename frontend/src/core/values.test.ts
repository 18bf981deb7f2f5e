import { filesIn } from './files';
import { columnsOf, label, plainText } from './values';

const file = { file_id: 'f1', name: 'a.pdf', media_type: 'application/pdf', size: 10, sha256: 'x' };

describe('values as people read them', () => {
  it('finds the columns of a list of records, in order of appearance', () => {
    expect(columnsOf([{ a: 1 }, { b: 2, a: 3 }])).toEqual(['a', 'b']);
  });

  it('makes no columns of mixed lists or files', () => {
    expect(columnsOf([{ a: 1 }, 'text'])).toBeNull();
    expect(columnsOf([file])).toBeNull();
  });

  it('never says [object Object]', () => {
    expect(plainText({ total: { value: 1200.5, currency: 'EUR' } }, 'en')).toBe('Total: Value: 1,200.5; Currency: EUR');
    expect(plainText([{ a: 1 }, null], 'en')).toBe('A: 1, ');
  });

  it('reads names as words', () => {
    expect(label('invoice_number')).toBe('Invoice number');
  });

  it('finds each file inside a value once', () => {
    expect(filesIn({ attachments: [file, { inner: file }] })).toEqual([file]);
  });
});
