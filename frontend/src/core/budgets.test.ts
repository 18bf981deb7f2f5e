import { allowed, share, stateOf } from './budgets';

const budget = { amount: '100.00', extra: '0', spent: '50', warn_percent: 80, at_limit: 'warn' } as const;

describe('budgets', () => {
  it('are free until the share that was chosen is spent', () => {
    expect(stateOf(budget)).toBe('free');
    expect(stateOf({ ...budget, spent: '79.99' })).toBe('free');
    expect(stateOf({ ...budget, spent: '80' })).toBe('warned');
  });

  it('hold steps up only where they are to wait', () => {
    expect(stateOf({ ...budget, spent: '100' })).toBe('reached');
    expect(stateOf({ ...budget, spent: '100', at_limit: 'pause' })).toBe('waits');
  });

  it('hold more once more was allowed', () => {
    const more = { ...budget, spent: '100', extra: '50', at_limit: 'pause' } as const;
    expect(allowed(more)).toBe(150);
    expect(stateOf(more)).toBe('free');
  });

  it('of nothing are used up', () => {
    expect(share({ ...budget, amount: '0', spent: '0' })).toBe(1);
  });
});
