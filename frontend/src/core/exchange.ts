/** Files that hold a workflow, before anybody looks into them. */

/** What the server takes: a graph of 2 MB and the words beside it. */
export const LARGEST_DOCUMENT = 2 * 1024 * 1024 + 64 * 1024;
const KINDS = new Set(['application/json', 'text/json']);

/** One file that may be a workflow is being dragged; its name is not known yet. */
export function isFittingDrag(items: ArrayLike<Pick<DataTransferItem, 'kind' | 'type'>>): boolean {
  const files = Array.from(items);
  return files.length === 1 && files[0]?.kind === 'file' && KINDS.has(files[0].type);
}

/** The object in a text, if it is one at all. */
export function readDocument(text: string): Record<string, unknown> | null {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Whether a pasted text was meant to be a document, so that a refusal is worth saying. */
export function looksLikeDocument(text: string): boolean {
  return text.trimStart().startsWith('{') && text.includes('tutti.workflow');
}
