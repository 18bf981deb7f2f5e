import { parseSearch, stringifySearch } from './search';

describe('what an address says after the question mark', () => {
  it.each(['131e14', '0x10', '1.50', '12345678901234567890'])('keeps the text %s as it is', (text) => {
    expect(parseSearch(`?search=${text}`)).toEqual({ search: text });
    expect(parseSearch(stringifySearch({ search: text }))).toEqual({ search: text });
  });

  it('reads numbers and signs as what they are', () => {
    expect(parseSearch('?step=3&dead=true&search=%22%22')).toEqual({ step: 3, dead: true, search: '' });
    expect(parseSearch(stringifySearch({ step: 3, search: '3' }))).toEqual({ step: 3, search: '3' });
  });
});
