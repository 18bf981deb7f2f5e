/** Reading what stands in the address. */

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** The path to go to after signing in; anything that leads off this site becomes the home page. */
export function sameSite(next: string | undefined): string {
  if (!next?.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  const address = new URL(next, 'http://here.invalid');
  if (address.host !== 'here.invalid') return '/';
  return address.pathname.startsWith('/sign-in') ? '/' : address.pathname + address.search + address.hash;
}
