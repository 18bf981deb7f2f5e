import { isAddress, readRemote, writeRemote } from './remote-values';

const CONFIG = {
  base_url: 'https://models.example.com/v1',
  credential: '0191',
  timeout_s: 30,
  requests_per_minute: 60,
  price: { input: '0.15', output: '0.6', currency: 'USD' },
  fallbacks: ['small@live'],
};

describe('settings of a model behind an address', () => {
  it('come out of the form as they went in', () => {
    expect(writeRemote(readRemote(CONFIG))).toEqual(CONFIG);
  });

  it('leave out what was left empty', () => {
    const empty = readRemote(null);
    expect(writeRemote({ ...empty, base_url: ' https://here/v1/ ' })).toEqual({ base_url: 'https://here/v1' });
  });

  it('keep a price that is known for one direction only', () => {
    const values = { ...readRemote(null), base_url: 'https://here', price_input: 3 };
    expect(writeRemote(values).price).toEqual({ input: '3', output: '0', currency: 'EUR' });
  });

  it.each([
    ['https://here/v1', true],
    ['http://10.0.0.1:8000', true],
    ['here/v1', false],
    ['https://here/v1?key=1', false],
    ['', false],
  ])('take %s for an address: %s', (value, expected) => {
    expect(isAddress(value)).toBe(expected);
  });
});
