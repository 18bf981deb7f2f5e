import { drifted, knownTrait, type Trait, traitRows } from './drift';

const trait = (name: string, score: number, more: Partial<Trait> = {}): Trait => ({
  name,
  kind: 'number',
  score,
  drifted: false,
  before: 1,
  after: 2,
  ...more,
});

it('takes the directions of a text for one thing, and what drifted first', () => {
  const rows = traitRows([
    trait('meaning_1', 0.1),
    trait('meaning_2', 0.6),
    trait('length', 0.2, { drifted: true }),
    trait('label', 0.3, { kind: 'choice' }),
  ]);
  expect(rows.map((one) => [one.name, one.score])).toEqual([
    ['length', 0.2],
    ['meaning', 0.6],
    ['label', 0.3],
  ]);
  expect(rows[2]).toMatchObject({ before: null, after: null });
});

it('names what drifted once', () => {
  expect(drifted(['meaning_3', 'meaning_7', 'length'])).toEqual(['meaning', 'length']);
});

it('knows the words of what every model has, and no column of one’s own', () => {
  expect([knownTrait('meaning_4'), knownTrait('confidence'), knownTrait('amount')]).toEqual([
    'meaning',
    'confidence',
    null,
  ]);
});
