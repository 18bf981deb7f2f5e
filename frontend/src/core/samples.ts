/** What a person writes or pastes as a sample: JSON, or rows of a spreadsheet. */

/** As much as the server keeps. */
export const LARGEST_SAMPLE = 256 * 1024;

export type SampleProblem = 'empty' | 'notJson' | 'tooLarge' | 'noNames';

export type ReadSample =
  | { ok: true; value: unknown; rows: number | null }
  | { ok: false; problem: SampleProblem; line?: number };

const refused = (problem: SampleProblem, line?: number): ReadSample => ({
  ok: false,
  problem,
  ...(line ? { line } : {}),
});

/** Spreadsheets put tabs between columns and lines between rows; the first row gives the names. */
export function readSample(text: string): ReadSample {
  if (text.trim() === '') return refused('empty');
  const read = looksLikeRows(text) ? readRows(text) : readJson(text);
  if (!read.ok) return read;
  return new TextEncoder().encode(JSON.stringify(read.value)).length > LARGEST_SAMPLE ? refused('tooLarge') : read;
}

const START = /^\s*[[{"]/;

function looksLikeRows(text: string): boolean {
  return !START.test(text) && (text.split('\n', 1)[0] as string).includes('\t');
}

function readJson(text: string): ReadSample {
  try {
    return { ok: true, value: JSON.parse(text), rows: null };
  } catch (error) {
    return refused('notJson', lineOf(text, (error as Error).message));
  }
}

/** Browsers tell the place as "position 17" or as "line 2 column 5". */
function lineOf(text: string, message: string): number {
  const line = /line (\d+)/.exec(message)?.[1];
  if (line) return Number(line);
  const position = /position (\d+)/.exec(message)?.[1];
  return text.slice(0, position ? Number(position) : text.length).split('\n').length;
}

function readRows(text: string): ReadSample {
  const [names = [], ...rows] = cellsOf(text);
  const columns = names.map((name) => name.trim());
  if (columns.some((name) => name === '') || new Set(columns).size < columns.length) return refused('noNames', 1);
  const value = rows
    .filter((row) => row.some((cell) => cell.trim() !== ''))
    .map((row) => Object.fromEntries(columns.map((name, index) => [name, cellValue(row[index] ?? '')])));
  return { ok: true, value, rows: value.length };
}

/** Cells in quotes may hold tabs, lines and doubled quotes. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\r?\n|$)/gy;
  for (let found = cells.exec(text); found !== null; found = cells.exec(text)) {
    const [, quoted, plain = '', end = ''] = found;
    (rows.at(-1) as string[]).push(quoted === undefined ? plain.replace(/\r$/, '') : quoted.replaceAll('""', '"'));
    if (end === '') break;
    if (end !== '\t') rows.push([]);
  }
  return rows;
}

const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?$/;

/** Plain numbers are numbers; what has leading zeros, as postcodes do, stays text. */
function cellValue(cell: string): unknown {
  const text = cell.trim();
  if (text === '') return null;
  return NUMBER.test(text) ? Number(text) : text;
}
