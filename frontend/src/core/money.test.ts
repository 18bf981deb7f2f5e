import { many, money } from './money';

describe('amounts', () => {
  it('are written in the reader’s language and the currency of the workspace', () => {
    expect(money(1234.5, 'EUR', 'en')).toBe('€1,234.50');
    expect(money(1234.5, 'EUR', 'de')).toBe('1.234,50\u00a0€');
    expect(money(0, 'USD', 'en')).toBe('$0.00');
  });

  it('that are tiny are not told as nothing', () => {
    expect(money(0.000_421, 'EUR', 'en')).toBe('€0.00042');
    expect(money(0.05, 'EUR', 'en')).toBe('€0.05');
  });

  it('of tokens are short once they are long', () => {
    expect(many(9_999, 'en')).toBe('9,999');
    expect(many(1_250_000, 'en')).toBe('1.3M');
  });
});
