import type { RunStep } from './model';
import { heard, saidBy } from './said';

const piece = (from: number, text: string, attempt = 1) => ({ step: 2, attempt, from, text });
const running = { step: 2, attempt: 1, status: 'running' } as RunStep;

describe('text that grows', () => {
  it('is put together from pieces', () => {
    const known = heard({}, [piece(0, 'Dear '), piece(5, 'Ms Keller')]);
    expect(saidBy(known, running)).toBe('Dear Ms Keller');
  });

  it('waits for all of it where the beginning is missing', () => {
    const late = heard({}, [piece(5, 'Ms Keller')]);
    expect(saidBy(late, running)).toBe('');
    expect(saidBy(heard(late, [piece(0, 'Dear Ms Keller,')]), running)).toBe('Dear Ms Keller,');
  });

  it('takes a piece twice without saying it twice', () => {
    const known = heard({}, [piece(0, 'Dear '), piece(5, 'Ms'), piece(5, 'Ms Keller')]);
    expect(saidBy(known, running)).toBe('Dear Ms Keller');
  });

  it('begins anew with another try, and an older one is over', () => {
    const known = heard({}, [piece(0, 'Dear'), piece(0, 'Good day', 2), piece(4, ' Sir')]);
    expect(saidBy(known, { ...running, attempt: 2 })).toBe('Good day');
    expect(saidBy(known, running)).toBe('');
  });

  it('is gone once the step has a result', () => {
    const known = heard({}, [piece(0, 'Dear')]);
    expect(saidBy(known, { ...running, status: 'done' })).toBe('');
    expect(saidBy(known, null)).toBe('');
  });
});
