import { EMPTY, fitting, readMapping, widthOf, writeMapping } from './mapping';

const CONFIG = {
  inputs: [{ tensor: 'x', datatype: 'FP32', fields: ['amount', 'age'], missing: 0 }],
  outputs: { scores: { tensor: 'p' }, labels: ['no', 'yes'], logits: true },
};
const SLOTS = {
  inputs: [
    { name: 'x', kind: 'FP32', shape: [null, 2] },
    { name: 'note', kind: 'BYTES', shape: [null] },
  ],
  outputs: [
    { name: 'label', kind: 'INT64', shape: [null] },
    { name: 'probabilities', kind: 'FP32', shape: [null, 2] },
  ],
};

describe('the mapping of a model', () => {
  it('comes out of the form as it went in', () => {
    expect(writeMapping(readMapping(CONFIG), 'classify')).toEqual(CONFIG);
  });

  it('keeps only what its task reads', () => {
    const values = { ...readMapping(CONFIG), outputs: { ...EMPTY.outputs, score: 'p', scores: 'p' }, high_from: 0.8 };
    const columns = { ...EMPTY.columns, score: 1 };
    expect(writeMapping({ ...values, columns }, 'score').outputs).toEqual({
      score: { tensor: 'p', column: 1 },
      high_from: 0.8,
    });
  });

  it('begins with what the model takes and gives', () => {
    const found = fitting(SLOTS, 'classify', EMPTY);
    expect(found.inputs).toEqual([
      { tensor: 'x', datatype: 'FP32', fields: [], missing: '', flat: false },
      { tensor: 'note', datatype: 'BYTES', fields: ['text'], missing: '', flat: true },
    ]);
    expect(found.outputs.scores).toBe('probabilities');
  });

  it('takes over what a file says of its columns and labels', () => {
    const file = {
      inputs: [{ name: 'row', kind: 'FP64', shape: [null, 2] }],
      outputs: [
        { name: 'scores', kind: 'FP64', shape: [null, 2] },
        { name: 'label', kind: 'BYTES', shape: [null] },
      ],
      fields: ['income', 'age'],
      labels: ['no', 'yes'],
    };
    const found = fitting(file, 'score', EMPTY);
    expect(found.inputs[0]?.fields).toEqual(['income', 'age']);
    expect(found.labels).toEqual(['no', 'yes']);
    expect([found.outputs.score, found.columns.score]).toEqual(['scores', 1]);
    expect(fitting(file, 'predict', EMPTY).outputs).toMatchObject({ label: 'label', scores: 'scores', value: '' });
  });

  it('keeps what was entered before, as far as the model still has it', () => {
    const before = { ...readMapping(CONFIG), outputs: { ...EMPTY.outputs, scores: 'gone', label: 'label' } };
    const found = fitting(SLOTS, 'classify', before);
    expect(found.inputs[0]).toMatchObject({ fields: ['amount', 'age'], missing: '0' });
    expect(found.outputs).toMatchObject({ scores: '', label: 'label' });
  });

  it.each([
    [[null, 4], 4],
    [[null, null], null],
    [[null], 1],
  ])('knows how many values a row of shape %j has', (shape, width) => {
    expect(widthOf({ name: 'x', kind: 'FP32', shape })).toBe(width);
  });
});
