import { describe, expect, it } from 'vitest';
import { NEW_FIELD } from './fields';
import { gapsOf, type HttpField, operationOf, splitAddress, usualEffect, withGaps } from './http-operation';

const FIELD: HttpField = { ...NEW_FIELD, place: 'query' };
const ADDRESS = 'https://api.example.com:8443/v2/orders/{id}/lines/{line}';

describe('The address of an operation', () => {
  it('is split into the server and the path', () => {
    expect(splitAddress(ADDRESS)).toEqual({
      base_url: 'https://api.example.com:8443',
      path: '/v2/orders/{id}/lines/{line}',
    });
    expect(splitAddress('http://erp.internal')).toEqual({ base_url: 'http://erp.internal', path: '/' });
  });

  it.each(['orders/{id}', 'ftp://x/y', 'https://{host}/orders', 'https://x.example/a?b=1', 'https://x.example/a b'])(
    'is refused where it is none: %s',
    (address) => {
      expect(splitAddress(address)).toBeNull();
    },
  );

  it('names its gaps, each once', () => {
    expect(gapsOf(`${ADDRESS}?again={id}`)).toEqual(['id', 'line']);
  });
});

describe('The fields of an operation', () => {
  it('hold one for each gap, as far as they are described already', () => {
    const known: HttpField[] = [
      { ...FIELD, name: 'id', kind: 'whole', place: 'path' },
      { ...FIELD, name: 'old', place: 'path' },
      { ...FIELD, name: 'limit' },
    ];
    expect(withGaps(known, ADDRESS, FIELD).map(({ name, kind, place }) => [name, kind, place])).toEqual([
      ['id', 'whole', 'path'],
      ['line', 'text', 'path'],
      ['limit', 'text', 'query'],
    ]);
  });

  it('go where they belong, those of the body together', () => {
    const made = operationOf('POST', 'https://api.example.com/orders', [
      { ...FIELD, name: 'dry', kind: 'switch', required: false },
      { ...FIELD, name: 'X-Trace', place: 'header' },
      { ...FIELD, name: 'item', place: 'body' },
    ]);
    expect(made.operation).toEqual({
      method: 'POST',
      base_url: 'https://api.example.com',
      path: '/orders',
      parameters: [
        { name: 'dry', argument: 'dry', place: 'query', style: 'repeated' },
        { name: 'X-Trace', argument: 'X-Trace', place: 'header', style: 'plain' },
      ],
      body: 'body',
    });
    expect(made.input_schema.required).toEqual(['X-Trace', 'body']);
    expect(made.input_schema.properties.body).toMatchObject({ type: 'object', required: ['item'] });
  });

  it('need no body where none of them goes there', () => {
    expect(operationOf('GET', ADDRESS, []).operation.body).toBeNull();
  });
});

it('reads or changes, as the method says', () => {
  expect([usualEffect('GET'), usualEffect('DELETE')]).toEqual(['read', 'write']);
});
