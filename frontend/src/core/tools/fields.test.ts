import { describe, expect, it } from 'vitest';
import { fieldFaults, fieldsOf, NEW_FIELD, type SchemaField, schemaOf } from './fields';

const FIELDS: SchemaField[] = [
  { ...NEW_FIELD, name: 'order', kind: 'whole', description: 'Its number' },
  { ...NEW_FIELD, name: 'speed', kind: 'choice', choices: ['fast', 'slow'], required: false },
  { ...NEW_FIELD, name: 'tags', kind: 'texts' },
];

describe('Rows of a form', () => {
  it('become a schema that says all of them', () => {
    expect(schemaOf(FIELDS)).toEqual({
      type: 'object',
      properties: {
        order: { type: 'integer', description: 'Its number' },
        speed: { type: 'string', enum: ['fast', 'slow'] },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['order', 'tags'],
      additionalProperties: false,
    });
  });

  it('come back from the schema they made', () => {
    expect(fieldsOf(schemaOf(FIELDS))).toEqual(FIELDS);
    expect(fieldsOf(schemaOf([]))).toEqual([]);
  });

  it.each([
    null,
    { type: 'object' },
    { ...schemaOf(FIELDS), minProperties: 2 },
    { ...schemaOf([]), properties: { order: { type: 'integer', minimum: 1 } } },
    { ...schemaOf([]), properties: { order: { anyOf: [{ type: 'integer' }, { type: 'string' }] } } },
  ])('do not come back from a schema that says more', (schema) => {
    expect(fieldsOf(schema)).toBeNull();
  });

  it('say what keeps them from being used', () => {
    const odd = [
      { ...NEW_FIELD, name: 'a b' },
      { ...NEW_FIELD, name: 'x' },
      { ...NEW_FIELD, name: 'x' },
      { ...NEW_FIELD, name: 'c', kind: 'choice' as const },
    ];
    expect(fieldFaults(odd)).toEqual({ 0: 'name', 2: 'twice', 3: 'choices' });
    expect(fieldFaults(FIELDS)).toEqual({});
  });
});
