import { fieldsOf, shownConfig } from './shape-fields';

describe('what something takes', () => {
  it('is read from a JSON Schema by the names of its fields', () => {
    const schema = {
      type: 'object',
      properties: {
        amount: { type: 'number', description: 'what is to be paid' },
        kind: { enum: ['new', 'old'] },
        features: { type: 'object', properties: { age: { type: 'number' } } },
      },
    };
    expect(fieldsOf(schema)).toEqual({
      amount: 'number, what is to be paid',
      kind: 'new | old',
      features: { age: 'number' },
    });
  });

  it('may be a plain list of names and kinds', () => {
    expect(fieldsOf({ text: 'text' })).toEqual({ text: 'text' });
    expect(fieldsOf({ type: 'object', required: ['series', 'periods'] })).toEqual({ series: '', periods: '' });
  });
});

it('shows settings without what is empty, and connections by their names', () => {
  const config = { base_url: 'https://here', credential: 'c1', price: null, timeout_s: 0 };
  expect(shownConfig(config, new Map([['c1', 'Provider']]))).toEqual({
    base_url: 'https://here',
    connection: 'Provider',
    timeout_s: 0,
  });
});
