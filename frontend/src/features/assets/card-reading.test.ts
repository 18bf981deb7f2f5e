import { readCard } from './card-reading';

const CARD = {
  pipeline: 'table_classification',
  seed: 7,
  metrics: { accuracy: 0.91, kappa: 0.8 },
  baseline: { accuracy: 0.6 },
  data: { rows: 400, source: '', target: 'label' },
  warnings: ['Few rows.', 'Few rows.'],
  made_by_run: null,
};

describe('a training card', () => {
  it('leaves out what says nothing', () => {
    const card = readCard(CARD);
    expect(card.data).toEqual({ rows: 400, target: 'label' });
    expect(card.warnings).toEqual(['Few rows.']);
    expect(card.run).toBe('');
  });

  it('is read whatever it holds', () => {
    expect(readCard({ metrics: 'high', data: [1], warnings: 'none', seed: '7' })).toMatchObject({
      metrics: {},
      data: {},
      warnings: [],
      seed: null,
      baseline: {},
    });
  });
});
