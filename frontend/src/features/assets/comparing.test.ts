import type { AssetDetail } from '@/api/types';
import { byPart, changeOf, chosenOf, isLongText } from './comparing';

const asset = (live: number | null, ...numbers: number[]) =>
  ({
    versions: numbers.map((number) => ({ number })),
    live: live === null ? null : { number: live },
  }) as unknown as Pick<AssetDetail, 'versions' | 'live'>;

describe('comparing versions', () => {
  it.each([
    [asset(2, 3, 2, 1), {}, { before: 2, after: 3 }],
    [asset(3, 3, 2, 1), {}, { before: 2, after: 3 }],
    [asset(null, 2, 1), {}, { before: 1, after: 2 }],
    [asset(2, 3, 2, 1), { before: 3 }, { before: 3, after: 2 }],
    [asset(2, 3, 2, 1), { before: 1, after: 3 }, { before: 1, after: 3 }],
    [asset(2, 3, 2, 1), { before: 9, after: 1 }, { before: 2, after: 1 }],
    [asset(1, 1), {}, { before: undefined, after: 1 }],
  ])('shows what is live beside the newest, unless asked for others', (given, search, expected) => {
    expect(chosenOf(given, search)).toEqual(expected);
  });

  it('puts what decides the answers before how good they are', () => {
    const one = (part: string) => ({ part, path: '', before: 1, after: 2 });
    expect(byPart([one('metrics'), one('config'), one('card'), one('config')]).map(({ part }) => part)).toEqual([
      'config',
      'metrics',
      'card',
    ]);
  });

  it('tells long texts line by line, and how figures changed', () => {
    expect(isLongText({ before: 'one\ntwo', after: 'one' })).toBe(true);
    expect(isLongText({ before: null, after: 'x'.repeat(200) })).toBe(true);
    expect(isLongText({ before: 'small', after: 'names' })).toBe(false);
    expect(isLongText({ before: 1, after: 'one\ntwo' })).toBe(false);
    expect(changeOf({ before: 0.5, after: 0.75 })).toBe(0.25);
    expect(changeOf({ before: null, after: 0.75 })).toBeNull();
  });
});
