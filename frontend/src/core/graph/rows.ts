/** One row of the incoming data at a time: what settings give is shown for the row a person points at. */
import { type Graph, type GraphNode, nodeByKey } from './document';
import { formulaPath, isExpr, type Path, valueAt } from './formulas';

export interface Row {
  /** The list it stands in. */
  list: Path;
  index: number;
}

export type Values = Readonly<Record<string, unknown>>;

/** The list whose entries a step inside a frame gets one by one, where its setting is nothing but a path. */
export function itemList(graph: Graph, node: GraphNode | undefined): Path | null {
  const items = nodeByKey(graph, node?.parent)?.config.items;
  return isExpr(items) ? formulaPath(items.$expr) : null;
}

export function sameList(a: Path | null, b: Path | null): boolean {
  return a !== null && b !== null && a.length === b.length && a.every((step, index) => step === b[index]);
}

/** The values with the entry that a step inside a frame gets: the chosen row, else the first one. */
export function withItem(values: Values, items: Path | null, row: Row | null): Values {
  const list = items === null ? undefined : valueAt(values, items);
  if (!Array.isArray(list) || list.length === 0) return values;
  const wanted = row && sameList(row.list, items) ? row.index : 0;
  const index = Math.min(wanted, list.length - 1);
  return { ...values, item: list[index], index };
}

/** The values as they would be if the chosen row came first: what reads the first row reads this one. */
export function withRowFirst(values: Values, row: Row | null): Values {
  if (!row || row.index === 0) return values;
  const list = valueAt(values, row.list);
  if (!Array.isArray(list) || row.index >= list.length) return values;
  const [head, ...rest] = row.list;
  const moved = [list[row.index], ...list.slice(0, row.index), ...list.slice(row.index + 1)];
  return { ...values, [head as string]: replaced(values[head as string], rest, moved) };
}

function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((one, index) => (index === step ? replaced(one, rest, by) : one));
  const record = (value ?? {}) as Record<string, unknown>;
  return { ...record, [step]: replaced(record[step], rest, by) };
}
