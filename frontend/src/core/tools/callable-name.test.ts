import { expect, it } from 'vitest';
import { callableName } from './callable-name';

it.each([
  ['Find an order!', 'find_an_order'],
  ['Größe prüfen', 'gro_e_pru_fen'],
  ['24h Service', 'call_24h_service'],
  ['???', ''],
])('%s is called %s', (title, name) => {
  expect(callableName(title)).toBe(name);
});
