type Writable = HTMLInputElement | HTMLTextAreaElement;

interface Place {
  offsetNode: Node;
  offset: number;
}

type WithPlaces = Document & { caretPositionFromPoint?(x: number, y: number): Place | null };

/** Where in its text somebody points; where the writing mark stands, for browsers that do not tell. */
export function caretAt(input: Writable | null, at?: { clientX: number; clientY: number }): number | undefined {
  if (!input) return undefined;
  const place = at && (document as WithPlaces).caretPositionFromPoint?.(at.clientX, at.clientY);
  if (place?.offsetNode === input) return place.offset;
  // Inputs of other kinds than text have no place in them.
  return input.selectionStart ?? undefined;
}
