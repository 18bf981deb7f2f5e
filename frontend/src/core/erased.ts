/** Somebody who was erased is told in words, wherever an answer of the server names people. */

/** What stands in the place of a name or an address that was erased. */
export const ERASED = '[erased]';

let words = ERASED;

export function setErasedWords(next: string) {
  words = next;
}

export function personName(name: string): string {
  return name === ERASED ? words : name;
}

/** Names of people, not of what an entry of the trail is about: that has a sentence of its own. */
export function parseAnswer(text: string): unknown {
  if (!text.includes(`"${ERASED}"`)) return JSON.parse(text);
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'object' && value && 'name' in value && value.name === ERASED && !('type' in value)
      ? { ...value, name: words }
      : value,
  );
}
