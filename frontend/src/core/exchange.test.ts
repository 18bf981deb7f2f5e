import { describe, expect, it } from 'vitest';
import { isFittingDrag, looksLikeDocument, readDocument } from './exchange';

describe('files that hold a workflow', () => {
  // ux: 160
  it('fit only when they are one file of the right kind', () => {
    const json = { kind: 'file', type: 'application/json' };
    expect(isFittingDrag([json])).toBe(true);
    expect(isFittingDrag([json, json])).toBe(false);
    expect(isFittingDrag([{ kind: 'file', type: 'application/pdf' }])).toBe(false);
    expect(isFittingDrag([{ kind: 'string', type: 'application/json' }])).toBe(false);
    expect(isFittingDrag([])).toBe(false);
  });

  it('are read as one object or not at all', () => {
    expect(readDocument('{"format":"tutti.workflow"}')).toEqual({ format: 'tutti.workflow' });
    for (const text of ['', '[]', 'null', '3', '{"a":', '<svg/>']) expect(readDocument(text)).toBeNull();
  });

  it('are told from other things that people paste', () => {
    expect(looksLikeDocument(' {"format": "tutti.workflow"')).toBe(true);
    expect(looksLikeDocument('{"schema":"graph@1/part"}')).toBe(false);
    expect(looksLikeDocument('see tutti.workflow')).toBe(false);
  });
});
