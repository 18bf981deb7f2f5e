import { addAmounts, spentBy, spentWith } from './spent';

describe('what is spent', () => {
  it('adds tokens and cost of what was measured', () => {
    const calls = [
      { prompt_tokens: 10, completion_tokens: 3, cost: '0.1' },
      { prompt_tokens: 5, completion_tokens: null, cost: '0.2' },
      {},
    ];
    expect(spentWith(null, calls)).toEqual({ prompt_tokens: 15, completion_tokens: 3, cost: '0.3' });
  });

  it('knows no cost where there is no price, and nothing where nothing was measured', () => {
    expect(spentWith(null, [{ prompt_tokens: 1, completion_tokens: 1 }])?.cost).toBeNull();
    expect(spentWith(null, [{}])).toBeNull();
  });

  it('adds up all steps of a run', () => {
    const step = { facts: { spent: { prompt_tokens: 2, completion_tokens: 1, cost: '0.000001' } } };
    expect(spentBy([step, { facts: null }, step])).toEqual({
      prompt_tokens: 4,
      completion_tokens: 2,
      cost: '0.000002',
    });
  });
});

describe('amounts', () => {
  it.each([
    ['0.1', '0.2', '0.3'],
    ['0.00000001', '1', '1.00000001'],
    ['0', '0', '0'],
    ['9.95', '0.05', '10'],
    ['1E-7', '0.0000001', '0.0000002'],
    ['1e2', '1', '101'],
  ])('%s and %s are %s', (one, other, sum) => {
    expect(addAmounts(one, other)).toBe(sum);
  });

  it('leaves out what is no amount', () => {
    expect(addAmounts('NaN', '0.5')).toBe('0.5');
    expect(addAmounts('0.5', '')).toBe('0.5');
  });
});
