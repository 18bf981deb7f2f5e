import type { AssetDay } from '@/api/asset-versions';
import { everyDay, told, totalOf } from './use-figures';

const day = (on: string, more: Partial<AssetDay> = {}): AssetDay => ({
  day: on,
  calls: 10,
  errors: 0,
  p50_ms: 2,
  p95_ms: 5,
  prompt_tokens: 0,
  completion_tokens: 0,
  cost: null,
  confidence: null,
  ...more,
});

describe('figures of use', () => {
  it('shows every day in order, also those without a call', () => {
    const rows = [day('2026-03-01'), day('2026-03-03')];
    const all = everyDay(rows, 3, new Date('2026-03-03T23:30:00Z'));
    expect(all.map(({ day: on, row }) => [on, row?.calls ?? 0])).toEqual([
      ['2026-02-28', 0],
      ['2026-03-01', 10],
      ['2026-03-02', 0],
      ['2026-03-03', 10],
    ]);
  });

  it('adds up what is known, and says nothing where nobody knows it', () => {
    const rows = [
      day('2026-03-01', { errors: 5, confidence: 0.9, cost: '0.5', prompt_tokens: 100 }),
      day('2026-03-02', { confidence: 0.6 }),
    ];
    expect(totalOf(rows)).toMatchObject({ calls: 20, errors: 5, read: 100, written: 0, cost: 0.5 });
    expect(totalOf(rows).confidence).toBeCloseTo((0.9 * 5 + 0.6 * 10) / 15);
    expect(totalOf([day('2026-03-01')])).toMatchObject({ cost: null, confidence: null });
  });

  it('offers only figures that say something', () => {
    expect(told([day('2026-03-01')])).toEqual(['calls', 'p50', 'p95']);
    expect(told([])).toEqual(['calls']);
  });
});
