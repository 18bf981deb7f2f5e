import { besideGuess, readCard } from './card-reading';

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
  it('puts each figure beside the one of the simplest guess', () => {
    expect(besideGuess(readCard(CARD))).toEqual([
      { name: 'accuracy', model: 0.91, guess: 0.6 },
      { name: 'kappa', model: 0.8, guess: undefined },
    ]);
  });

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
      hasBaseline: false,
      classes: [],
      confused: [],
    });
    expect(readCard({ report: { classes: [{ label: 'a', precision: 1, f1: null }] } }).classes).toEqual([
      { label: 'a', precision: 1, recall: 0, cases: 0 },
    ]);
  });
});
