/** What a browser calls itself, as a person would: "Firefox on Windows". Order matters: most pretend to be others. */

const BROWSERS = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\/|Chromium\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const;

const SYSTEMS = [
  [/iPad/, 'iPad'],
  [/iPhone|iPod/, 'iPhone'],
  [/Android/, 'Android'],
  [/CrOS/, 'ChromeOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux|X11/, 'Linux'],
] as const;

export interface Device {
  /** Null where it does not say, as programs do. */
  browser: string | null;
  system: string | null;
  mobile: boolean;
}

export function deviceOf(agent: string): Device {
  const find = (known: readonly (readonly [RegExp, string])[]) => known.find(([sign]) => sign.test(agent))?.[1] ?? null;
  const system = find(SYSTEMS);
  return { browser: find(BROWSERS), system, mobile: system !== null && ['iPad', 'iPhone', 'Android'].includes(system) };
}

/** Where an address is, as far as it says so itself. */
export function placeOf(address: string): 'here' | 'network' | 'internet' {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  if (plain === '::1' || plain.startsWith('127.')) return 'here';
  const own = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/;
  return own.test(plain) ? 'network' : 'internet';
}
