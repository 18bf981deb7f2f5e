import { askedFor, copyName, isFiltered } from './list-search';

describe('what the list asks for', () => {
  // ux: 20
  it('is what stands directly in the folder one is in', () => {
    expect(askedFor({})).toEqual({ folder: 'none' });
    expect(askedFor({ folder: 'f', create: true })).toEqual({ folder: 'f' });
  });

  // ux: 15, 16
  it('is everything below it once one searches', () => {
    expect(askedFor({ search: 'invoice', status: 'live' })).toEqual({ search: 'invoice', status: 'live' });
    expect(askedFor({ tag: 'monthly', folder: 'f' })).toEqual({ tag: 'monthly', folder: 'f', below: true });
  });

  // ux: 17
  it('is the whole archive, which has no folders', () => {
    expect(askedFor({ archived: true, folder: 'f' })).toEqual({ archived: true });
    expect(isFiltered({ archived: true, folder: 'f' })).toBe(false);
  });
});

// ux: 19
it('a copy gets a name that is not taken', () => {
  const pattern = (number: number) => (number === 1 ? 'Invoices (copy)' : `Invoices (copy ${number})`);
  expect(copyName(pattern, new Set())).toBe('Invoices (copy)');
  expect(copyName(pattern, new Set(['Invoices (copy)', 'Invoices (copy 2)']))).toBe('Invoices (copy 3)');
});
