import { sameSite } from './addresses';

describe('where people go after signing in', () => {
  it('keeps a page of this site with its filters', () => {
    expect(sameSite('/runs/42?step=3#data')).toBe('/runs/42?step=3#data');
  });

  it.each([
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '/\\elsewhere.example',
    'javascript:alert(1)',
    '',
    undefined,
    '/sign-in?next=/sign-in',
  ])('never leads to %s', (next) => {
    expect(sameSite(next)).toBe('/');
  });
});
