import { askedFor, isFiltered } from './list-search';

it('asks for what the address says, without what nobody knows', () => {
  expect(askedFor({ kind: 'prompt', risk: 'high', search: 'reply' })).toEqual({
    kind: 'prompt',
    risk: 'high',
    search: 'reply',
  });
  expect(askedFor({ kind: 'everything', risk: 'huge' })).toEqual({ kind: undefined, risk: undefined });
});

it('tells a kind and the archive from a search', () => {
  expect(isFiltered({ kind: 'tool', archived: true })).toBe(false);
  expect(isFiltered({ kind: 'tool', tag: 'mail' })).toBe(true);
});
