import { money } from './money';

it.each([
  ['0', '0'],
  ['12.5', '12.50'],
  ['1234.567', '1,234.57'],
  ['3', '3'],
  ['0.000123456', '0.000123'],
  ['0.25', '0.25'],
])('writes a cost of %s as %s', (cost, words) => {
  expect(money(cost, 'en')).toBe(words);
});

it('says nothing where no price is known', () => {
  expect(money(null)).toBeUndefined();
});
