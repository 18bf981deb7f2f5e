/** What the server says, which is English, in the reader's language. One place, so that all of it is told the same way. */

export interface ServerWords {
  /** Fixed texts of the catalogue of steps, of templates and of what ships with the product, by the English. */
  phrases: Readonly<Record<string, string>>;
  /** Words for the keys that settings choose from. */
  choices: Readonly<Record<string, string>>;
  /** What happened and what to do, by the code of a problem: where no sentence fits. */
  problems: Readonly<Record<string, string>>;
  /** Whole sentences of problems, with `{1}`, `{2}` … where names and numbers stand. */
  sentences: Readonly<Record<string, string>>;
}

interface Pattern {
  fits: RegExp;
  places: string[];
  said: string;
}

let words: ServerWords | null = null;
let patterns: Pattern[] = [];

/** Null: the reader's language is the server's own. */
export function setServerWords(next: ServerWords | null) {
  if (next === words) return;
  words = next;
  patterns = next ? patternsOf(next.sentences) : [];
}

export function serverWords(): ServerWords | null {
  return words;
}

export function phrase(text: string): string {
  return own(words?.phrases, text) ?? text;
}

/** A shipped thing with its name and what it is for. */
export function named<T extends { name: string; description: string }>(thing: T): T {
  return words ? { ...thing, name: phrase(thing.name), description: phrase(thing.description) } : thing;
}

/** The same for what has a title. */
export function titled<T extends { title: string; description: string }>(thing: T): T {
  return words ? { ...thing, title: phrase(thing.title), description: phrase(thing.description) } : thing;
}

/** A choice of a setting; undefined where there is no word but its key. */
export function choiceWord(key: string): string | undefined {
  return own(words?.choices, key);
}

/** The sentence in the reader's language, with the names it holds; undefined where it is not known. */
export function sentence(text: string): string | undefined {
  if (!words) return undefined;
  const whole = own(words.sentences, text) ?? own(words.phrases, text);
  if (whole !== undefined) return whole;
  for (const { fits, places, said } of patterns) {
    const found = fits.exec(text);
    if (!found) continue;
    const values = new Map(places.map((place, index) => [place, found[index + 1] ?? '']));
    return said.replaceAll(/{(\d)}/g, (_, place: string) => {
      const value = values.get(place) ?? '';
      return sentence(value) ?? value;
    });
  }
  return undefined;
}

export function problemWords(code: string | undefined): string | undefined {
  return code === undefined ? undefined : own(words?.problems, code);
}

/** A title such as `constructor` is no word of ours. */
function own(of: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return of && Object.hasOwn(of, key) ? of[key] : undefined;
}

function patternsOf(sentences: Readonly<Record<string, string>>): Pattern[] {
  return Object.entries(sentences)
    .filter(([english]) => english.includes('{1}'))
    .sort(([a], [b]) => literal(b) - literal(a))
    .map(([english, said]) => ({
      fits: new RegExp(`^${escaped(english).replaceAll(/\\{\d\\}/g, '(.+?)')}$`, 's'),
      places: [...english.matchAll(/{(\d)}/g)].map(([, place]) => place ?? ''),
      said,
    }));
}

/** What says more comes first. */
function literal(english: string): number {
  return english.replaceAll(/{\d}/g, '').length;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
