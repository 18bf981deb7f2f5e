import { type SchemaField, schemaOf } from './fields';

/** An HTTP tool as a person describes it, and the settings that are kept of it. */

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

export const PLACES = ['path', 'query', 'header', 'body'] as const;
export type Place = (typeof PLACES)[number];

export interface HttpField extends SchemaField {
  place: Place;
}

/** `https://api.example.com/orders/{id}` in its two parts; null where it is no such address. */
export function splitAddress(address: string): { base_url: string; path: string } | null {
  const found = /^(https?:\/\/[^\s/?#{}]+)(\/[^\s?#]*)?$/.exec(address.trim());
  return found ? { base_url: found[1] as string, path: found[2] ?? '/' } : null;
}

/** The gaps of an address, in their order: `{id}`. */
export function gapsOf(address: string): string[] {
  return [...new Set([...address.matchAll(/{([^{}]+)}/g)].map((found) => found[1] as string))];
}

/** The fields with one for each gap of the address, and without those of gaps that are gone. */
export function withGaps(fields: readonly HttpField[], address: string, fresh: HttpField): HttpField[] {
  const gaps = gapsOf(address);
  const inPath = gaps.map(
    (name): HttpField =>
      fields.find((field) => field.place === 'path' && field.name === name) ?? {
        ...fresh,
        name,
        place: 'path',
        required: true,
      },
  );
  return [...inPath, ...fields.filter((field) => field.place !== 'path')];
}

const BODY = 'body';

/** What an operation with these fields asks for, and where each of them goes. */
export function operationOf(method: Method, address: string, fields: readonly HttpField[]) {
  const parts = splitAddress(address) ?? { base_url: '', path: '/' };
  const inBody = fields.filter((field) => field.place === 'body');
  const others = fields.filter((field) => field.place !== 'body');
  const schema = schemaOf(others);
  if (inBody.length > 0) {
    schema.properties[BODY] = { ...schemaOf(inBody) };
    if (inBody.some((field) => field.required)) schema.required.push(BODY);
  }
  return {
    input_schema: schema,
    operation: {
      ...parts,
      method,
      parameters: others.map(({ name, place, kind }) => ({
        name,
        argument: name,
        place,
        style: place !== 'query' ? 'plain' : kind === 'record' ? 'deep' : 'repeated',
      })),
      body: inBody.length > 0 ? BODY : null,
    },
  };
}

/** What calling it does, as far as the method tells. */
export function usualEffect(method: Method): 'read' | 'write' {
  return method === 'GET' ? 'read' : 'write';
}
