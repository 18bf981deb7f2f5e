import { expect, it } from 'vitest';
import { startOf } from './span';

it('begins a day when it begins where the person is', () => {
  expect(startOf('2026-11-23')).toBe(new Date(2026, 10, 23).toISOString());
});

it('ends the last day of a span when the next one begins, also behind the end of a month', () => {
  expect(startOf('2026-11-30', 1)).toBe(new Date(2026, 11, 1).toISOString());
});

it('asks for nothing where the address says nothing, or no day', () => {
  expect(startOf(undefined)).toBeUndefined();
  expect(startOf('yesterday')).toBeUndefined();
});
