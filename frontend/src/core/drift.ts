/** Drift as people read it: what is looked at of a call, and how far it has moved. */

export interface Trait {
  name: string;
  kind: 'number' | 'choice';
  score: number;
  drifted: boolean;
  before: number | null;
  after: number | null;
}

const MEANING = /^meaning_\d+$/;
const KNOWN = ['confidence', 'length', 'label', 'score', 'value'] as const;
export type KnownTrait = (typeof KNOWN)[number] | 'meaning';

/** The word for a trait that every model of its kind has; null for a column of one's own. */
export function knownTrait(name: string): KnownTrait | null {
  if (MEANING.test(name)) return 'meaning';
  return (KNOWN as readonly string[]).includes(name) ? (name as KnownTrait) : null;
}

/** The directions of what texts are about count as one thing: the one that moved furthest speaks for them. */
export function traitRows(traits: readonly Trait[]): Trait[] {
  const meanings = traits.filter((one) => MEANING.test(one.name));
  const others = traits.filter((one) => !MEANING.test(one.name));
  const first = [...meanings].sort(further)[0];
  const one = first && { ...first, name: 'meaning', before: null, after: null };
  return [...(one ? [one] : []), ...others].map(known).sort(further);
}

/** The names of what drifted, each once. */
export function drifted(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => (MEANING.test(name) ? 'meaning' : name)))];
}

function further(a: Trait, b: Trait): number {
  return Number(b.drifted) - Number(a.drifted) || b.score - a.score;
}

/** Numbers that only stand for a choice say nothing to people. */
function known(trait: Trait): Trait {
  return trait.kind === 'choice' ? { ...trait, before: null, after: null } : trait;
}
