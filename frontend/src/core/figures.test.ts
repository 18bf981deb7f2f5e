import { growth, percent, points } from './figures';

describe('figures beside those of the time before', () => {
  // ux: 173
  it('tell by how much they grew or shrank', () => {
    expect(growth({ now: 15, before: 10 })).toBe(0.5);
    expect(growth({ now: 5, before: 10 })).toBe(-0.5);
    expect(points({ now: 2.5, before: 10 })).toBe(-7.5);
  });

  it('tell nothing where there was nothing before', () => {
    expect(growth({ now: 15, before: 0 })).toBeNull();
    expect(growth({ now: 15, before: null })).toBeNull();
    expect(growth({ now: null, before: 10 })).toBeNull();
    expect(points({ now: null, before: 10 })).toBeNull();
  });

  it('are written in the reader’s language', () => {
    expect(percent(0.125, 'en')).toBe('13%');
    expect(percent(0.052, 'de', true)).toBe('+5,2\u00a0%');
    expect(percent(-0.5, 'en', true)).toBe('-50%');
    expect(percent(0, 'en', true)).toBe('0%');
  });
});
