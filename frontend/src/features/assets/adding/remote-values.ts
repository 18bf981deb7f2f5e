/** The settings that all models have that answer over HTTP, as a form holds them and as a version keeps them. */

type Config = Readonly<Record<string, unknown>>;

export interface RemoteValues {
  base_url: string;
  credential: string | null;
  /** Numbers of a form are empty while nothing stands in their field. */
  timeout_s: number | '';
  requests_per_minute: number | '';
  tokens_per_minute: number | '';
  price_input: number | '';
  price_output: number | '';
  currency: string;
  fallbacks: string[];
}

export function readRemote(config: Config | null | undefined): RemoteValues {
  const price = (config?.price ?? {}) as Config;
  return {
    base_url: text(config?.base_url),
    credential: text(config?.credential) || null,
    timeout_s: number(config?.timeout_s),
    requests_per_minute: number(config?.requests_per_minute),
    tokens_per_minute: number(config?.tokens_per_minute),
    price_input: number(price.input),
    price_output: number(price.output),
    currency: text(price.currency) || 'EUR',
    fallbacks: Array.isArray(config?.fallbacks) ? config.fallbacks.map(String) : [],
  };
}

/** What was left empty is left out: the product's own usual values then hold. */
export function writeRemote(values: RemoteValues): Record<string, unknown> {
  const priced = values.price_input !== '' || values.price_output !== '';
  const price = { input: values.price_input || 0, output: values.price_output || 0, currency: values.currency };
  return {
    base_url: values.base_url.trim().replace(/\/+$/, ''),
    ...(values.credential ? { credential: values.credential } : {}),
    ...filled({
      timeout_s: values.timeout_s,
      requests_per_minute: values.requests_per_minute,
      tokens_per_minute: values.tokens_per_minute,
    }),
    ...(priced ? { price: asTexts(price) } : {}),
    ...(values.fallbacks.length > 0 ? { fallbacks: values.fallbacks } : {}),
  };
}

/** Prices are kept as texts, so that no digit is lost. */
function asTexts(price: { input: number; output: number; currency: string }) {
  return { input: String(price.input), output: String(price.output), currency: price.currency };
}

/** Those of the numbers that were entered. */
export function filled(numbers: Record<string, number | ''>): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).filter((entry): entry is [string, number] => entry[1] !== ''));
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A number, also one that is kept as text; empty where there is none. */
export function number(value: unknown): number | '' {
  const found = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : '';
}

export function isAddress(value: string): boolean {
  return /^https?:\/\/[^\s?#]+$/.test(value.trim());
}
