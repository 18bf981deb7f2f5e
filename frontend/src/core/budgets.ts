/** How far a budget is used up. */

export interface BudgetFigures {
  amount: string;
  extra: string;
  spent: string;
  warn_percent: number;
  at_limit: 'warn' | 'pause' | 'stop';
}

export type BudgetState = 'free' | 'warned' | 'reached' | 'waits';

/** With what was allowed on top in this period. */
export function allowed(budget: BudgetFigures): number {
  return Number(budget.amount) + Number(budget.extra);
}

/** The part that is spent, 1: all of it. */
export function share(budget: BudgetFigures): number {
  const all = allowed(budget);
  return all > 0 ? Number(budget.spent) / all : 1;
}

/** `waits`: it is used up and steps wait for somebody to allow more. */
export function stateOf(budget: BudgetFigures): BudgetState {
  const part = share(budget);
  if (part >= 1) return budget.at_limit === 'pause' ? 'waits' : 'reached';
  return part * 100 >= budget.warn_percent ? 'warned' : 'free';
}
