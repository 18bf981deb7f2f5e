/** What a value from an earlier step can become in a setting: lists and records are never written out as they are. */
import type { JsonSchema } from './document';
import { type Path, pathFormula } from './formulas';
import { propertiesOf } from './schema';

export type Shape = 'text' | 'number' | 'flag' | 'list' | 'record' | 'file' | 'any';

/** A value that is being dragged or was picked. */
export interface Source {
  formula: string;
  /** Where it stands, when the formula is nothing but a path. */
  path: Path | null;
  /** Of a column: the list whose rows have it, and its name. */
  column?: { list: Path; name: string } | undefined;
  /** What the last run gave; `undefined` when nothing is known. */
  value: unknown;
  schema: JsonSchema;
}

/** `whole`: as it is; `answer`: yes or no in words; `entry`: a list with this one value. */
export type OfferKind =
  | 'whole'
  | 'answer'
  | 'entry'
  | 'join'
  | 'first'
  | 'count'
  | 'field'
  | 'joinField'
  | 'firstField';

export interface Offer {
  kind: OfferKind;
  /** Of a record or of the rows of a list. */
  field?: string;
  formula: string;
  /** What it gives, as far as that is known. */
  value: unknown;
}

const MOST_FIELDS = 12;
const BETWEEN = ', ';

export function pathSource(path: Path, value: unknown, schema: JsonSchema): Source {
  return { formula: pathFormula(path), path, value, schema };
}

/** One column of a list of records: the values of all its rows. */
export function columnSource(list: Path, name: string, rows: readonly unknown[], schema: JsonSchema): Source {
  const formula = `${pathFormula(list)}.map(row, ${guarded('row', name, rows)})`;
  const value = rows.map((row) => fieldOf(row, name) ?? '');
  return { formula, path: null, column: { list, name }, value, schema: { type: 'array', items: schema } };
}

export function shapeOf(value: unknown, schema: JsonSchema): Shape {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object' && value !== null) return 'file_id' in value ? 'file' : 'record';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'flag';
  return taken(schema);
}

/** What a setting of this schema takes. */
export function taken(schema: JsonSchema): Shape {
  const widget = schema['x-widget'];
  if (schema['x-any'] || widget === 'condition' || widget === 'formula') return 'any';
  if (widget === 'file' || propertiesOf(schema).some(([key]) => key === 'file_id')) return 'file';
  if (schema.type === 'array') return 'list';
  if (schema.type === 'object') return 'record';
  if (schema.type === 'number' || schema.type === 'integer') return 'number';
  if (schema.type === 'boolean') return 'flag';
  return schema.type === 'string' || schema.enum ? 'text' : 'any';
}

/** The ways to use it here, the likeliest first; where there is only one, nobody has to be asked. */
export function offersFor(source: Source, setting: JsonSchema): Offer[] {
  const takes = taken(setting);
  const shape = shapeOf(source.value, source.schema);
  const whole: Offer = { kind: 'whole', formula: source.formula, value: source.value };
  if (takes === 'any') return source.column ? [whole, ...listOffers(source, 'any')] : [whole];
  if (shape === 'list') return takes === 'list' ? [whole] : orWhole(listOffers(source, takes), whole);
  if (shape === 'record' || (shape === 'file' && takes !== 'file'))
    return takes === 'record' || takes === 'list' ? [whole] : orWhole(recordOffers(source), whole);
  if (shape === 'flag' && takes === 'text') {
    return [{ kind: 'answer', formula: source.formula, value: source.value === undefined ? undefined : yesNo(source) }];
  }
  if (takes === 'list' && shape !== 'any') {
    return [{ kind: 'entry', formula: `[${source.formula}]`, value: [source.value] }];
  }
  return [whole];
}

const orWhole = (offers: Offer[], whole: Offer) => (offers.length > 0 ? offers : [whole]);
const yesNo = (source: Source) => (source.value ? 'yes' : 'no');

function listOffers(source: Source, takes: Shape): Offer[] {
  const rows = Array.isArray(source.value) ? source.value : [];
  const count: Offer = {
    kind: 'count',
    formula: `count(${source.column ? pathFormula(source.column.list) : source.formula})`,
    value: source.value === undefined ? undefined : rows.length,
  };
  const fields = fieldsOf(rows.find(isRecord), (source.schema.items ?? {}) as JsonSchema);
  if (fields.length === 0) {
    const first: Offer = { kind: 'first', formula: firstOf(source), value: rows[0] };
    const join: Offer = { kind: 'join', formula: joined(source.formula, 'one', rows), value: words(rows) };
    return takes === 'text' || takes === 'any' ? [join, first, count] : [first, count];
  }
  const firsts = fields.map((field): Offer => {
    const formula = source.path
      ? pathFormula([...source.path, 0, field])
      : `${source.formula}[0]${pathFormula(['', field])}`;
    return { kind: 'firstField', field, formula, value: fieldOf(rows[0], field) };
  });
  if (takes !== 'text') return [count, ...firsts];
  const joins = fields.map((field): Offer => {
    const part = guarded('one', field, rows);
    const values = rows.map((row) => fieldOf(row, field));
    return { kind: 'joinField', field, formula: joined(source.formula, part, values), value: words(values) };
  });
  return [...joins, count, ...firsts];
}

function firstOf({ column, path, formula }: Source): string {
  if (column) return pathFormula([...column.list, 0, column.name]);
  return path ? pathFormula([...path, 0]) : `${formula}[0]`;
}

function recordOffers(source: Source): Offer[] {
  return fieldsOf(source.value, source.schema).map((field) => ({
    kind: 'field',
    field,
    formula: source.path ? pathFormula([...source.path, field]) : `${source.formula}${pathFormula(['', field])}`,
    value: fieldOf(source.value, field),
  }));
}

/** `list.map(one, string(part)).join(", ")`, without what all-text entries do not need. */
function joined(list: string, part: string, values: readonly unknown[]): string {
  const texts = values.length > 0 && values.every((value) => typeof value === 'string');
  const each = texts ? part : `string(${part})`;
  const mapped = each === 'one' ? list : `${list}.map(one, ${each})`;
  return `${mapped}.join(${JSON.stringify(BETWEEN)})`;
}

/** The field of each row; rows that lack it give an empty text. */
function guarded(row: string, field: string, rows: readonly unknown[]): string {
  const read = pathFormula([row, field]);
  const some = rows.some((one) => fieldOf(one, field) === undefined);
  return some ? `(${JSON.stringify(field)} in ${row} ? ${read} : "")` : read;
}

/** Fields that hold one value, by what is there and by what is promised. */
function fieldsOf(record: unknown, schema: JsonSchema): string[] {
  const given = isRecord(record) ? Object.entries(record).filter(([, value]) => !isNested(value)) : [];
  const promised = propertiesOf(schema).filter(([, one]) => one.type !== 'array' && one.type !== 'object');
  const names = new Set([...given.map(([key]) => key), ...(given.length > 0 ? [] : promised.map(([key]) => key))]);
  return [...names].slice(0, MOST_FIELDS);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;

function fieldOf(row: unknown, field: string): unknown {
  return isRecord(row) && Object.hasOwn(row, field) ? row[field] : undefined;
}

const words = (values: readonly unknown[]): string => values.map((value) => String(value ?? '')).join(BETWEEN);
