/** A value taken apart for reading and searching: what fields it has, and where a text stands in it. */
import { isFileRef } from './files';
import { label, plainText } from './values';

export type Path = readonly (string | number)[];

export type FieldKind = 'text' | 'number' | 'boolean' | 'date' | 'list' | 'record' | 'file' | 'empty';

export interface Field {
  path: Path;
  kind: FieldKind;
  value: unknown;
}

const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

export function kindOf(value: unknown): FieldKind {
  if (value === null || value === undefined || value === '') return 'empty';
  if (Array.isArray(value)) return 'list';
  if (isFileRef(value)) return 'file';
  if (typeof value === 'object') return 'record';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  return DATE.test(String(value)) ? 'date' : 'text';
}

/** Whether it has something inside: a list or a record that is not empty. */
export function isOpen(value: unknown): value is object {
  const kind = kindOf(value);
  return (kind === 'list' || kind === 'record') && Object.keys(value as object).length > 0;
}

/** Every single value with the way to it, in order of appearance; empty lists and records stand for themselves. */
export function fieldsOf(value: unknown, path: Path = []): Field[] {
  if (!isOpen(value)) return [{ path, kind: kindOf(value), value }];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((one, index) => [index, one])
    : Object.entries(value);
  return entries.flatMap(([key, one]) => fieldsOf(one, [...path, key]));
}

/** "Customer › Lines › 2 › Amount": entries of lists are counted from one. */
export function pathWords(path: Path): string {
  return path.map((key) => (typeof key === 'number' ? String(key + 1) : label(key))).join(' › ');
}

/** Whether the text stands in a name or a value, at any depth, written as people read it or as it is stored. */
export function contains(value: unknown, search: string, locale?: string): boolean {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return true;
  const has = (text: string) => text.toLowerCase().includes(wanted);
  const look = (one: unknown): boolean => {
    if (isFileRef(one)) return has(one.name);
    if (Array.isArray(one)) return one.some(look);
    if (typeof one === 'object' && one !== null) {
      return Object.entries(one).some(([key, inner]) => has(key) || has(label(key)) || look(inner));
    }
    return has(plainText(one, locale)) || (typeof one === 'number' && has(String(one)));
  };
  return look(value);
}

/** What of a record holds the text: other entries go, lists inside keep only the entries that hold it. */
export function narrow(record: object, text: string, locale?: string): object {
  if (text.trim() === '' || isFileRef(record)) return record;
  const named = (key: string) => contains({ [key]: null }, text, locale);
  const inside = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.filter((entry) => contains(entry, text, locale));
    return typeof one === 'object' && one !== null ? narrow(one, text, locale) : one;
  };
  return Object.fromEntries(
    Object.entries(record)
      .filter(([key, one]) => named(key) || contains(one, text, locale))
      .map(([key, one]) => [key, named(key) ? one : inside(one)]),
  );
}

export interface Found {
  /** Place of the entry in the whole list, counted from 0. */
  index: number;
  value: unknown;
}

/** The entries of a list that hold the text, each with its place in the whole list. */
export function search(list: readonly unknown[], text: string, locale?: string): Found[] {
  return list.map((value, index) => ({ index, value })).filter((one) => contains(one.value, text, locale));
}

/** The same value with another one at this place. */
export function withValue(value: unknown, path: Path, next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  if (Array.isArray(value)) return value.map((one, index) => (index === key ? withValue(one, rest, next) : one));
  const record = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return { ...record, [key]: withValue(record[key], rest, next) };
}
