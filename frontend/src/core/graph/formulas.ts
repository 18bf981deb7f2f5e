/** Settings are fixed values, `{"$expr": formula}` or `{"$text": "words {{ formula }}"}`, at any depth. */

export interface Expr {
  $expr: string;
}

export interface Text {
  $text: string;
}

export type ValueKind = 'fixed' | 'expr' | 'text';
export type Path = readonly (string | number)[];

export function isExpr(value: unknown): value is Expr {
  return typeof value === 'object' && value !== null && typeof (value as Expr).$expr === 'string';
}

export function isText(value: unknown): value is Text {
  return typeof value === 'object' && value !== null && typeof (value as Text).$text === 'string';
}

export function kindOf(value: unknown): ValueKind {
  if (isExpr(value)) return 'expr';
  return isText(value) ? 'text' : 'fixed';
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `["parse", "fields", "due date", 0]` → `parse.fields["due date"][0]`. */
export function pathFormula(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!NAME.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

const STEP = /^(?:\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\['([^'\\]*)'\])/;

/** The path a formula consists of, or null when it computes something. */
export function formulaPath(formula: string): (string | number)[] | null {
  const text = formula.trim();
  const head = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text)?.[0];
  if (!head) return null;
  const path: (string | number)[] = [head];
  let rest = text.slice(head.length);
  while (rest !== '') {
    const found = STEP.exec(rest);
    if (!found) return null;
    const [whole, name, index, quoted, single] = found;
    if (name !== undefined) path.push(name);
    else if (index !== undefined) path.push(Number(index));
    else path.push(quoted === undefined ? (single as string) : (JSON.parse(quoted) as string));
    rest = rest.slice(whole.length);
  }
  return path;
}

export interface TextPart {
  kind: 'words' | 'formula';
  text: string;
  from: number;
  to: number;
}

/** What can stand in a hole: quoted text, in which brackets mean nothing, or any one character. */
const IN_HOLE = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[\s\S]/y;
const OPENING = '([{';
const CLOSING = ')]}';

/** Where the `}}` of a hole stands whose formula begins at `start`; -1 when nothing closes it. */
function holeEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at = IN_HOLE.lastIndex) {
    if (depth <= 0 && text.startsWith('}}', at)) return at;
    IN_HOLE.lastIndex = at;
    const piece = IN_HOLE.exec(text)?.[0] ?? '';
    if (OPENING.includes(piece)) depth += 1;
    else if (CLOSING.includes(piece)) depth -= 1;
  }
  return -1;
}

/** Words and holes of a `$text`, with their places in it. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (let from = text.indexOf('{{'); from >= 0; from = text.indexOf('{{', done)) {
    const end = holeEnd(text, from + 2);
    if (end < 0) break;
    if (from > done) parts.push({ kind: 'words', text: text.slice(done, from), from: done, to: from });
    parts.push({ kind: 'formula', text: text.slice(from + 2, end).trim(), from, to: end + 2 });
    done = end + 2;
  }
  if (done < text.length) parts.push({ kind: 'words', text: text.slice(done), from: done, to: text.length });
  return parts;
}

export interface Drop {
  /** The setting can hold text with values in it. */
  text: boolean;
  /** Where in the text; at its end when left out. */
  at?: number | undefined;
  /** Yes and no have words only inside a text. */
  asText?: boolean | undefined;
}

/** Drops a formula into a setting: replaces it whole, or puts a hole into text. */
export function dropInto(value: unknown, formula: string, { text, at, asText }: Drop): Expr | Text {
  const words = isText(value) ? value.$text : typeof value === 'string' ? value : '';
  if (!text || (words === '' && !asText)) return { $expr: formula };
  const place = Math.min(at ?? words.length, words.length);
  return { $text: `${words.slice(0, place)}{{ ${formula} }}${words.slice(place)}` };
}

/** Changes how a setting is given, keeping as much of it as the new way can hold. */
export function convert(value: unknown, kind: ValueKind): unknown {
  if (kindOf(value) === kind) return value;
  if (kind === 'expr') {
    const parts = isText(value) ? textParts(value.$text) : [];
    const only = parts.length === 1 && parts[0]?.kind === 'formula' ? parts[0].text : '';
    return { $expr: only };
  }
  if (kind === 'text') {
    if (isExpr(value)) return { $text: value.$expr ? `{{ ${value.$expr} }}` : '' };
    return { $text: typeof value === 'string' ? value : '' };
  }
  if (isText(value) && textParts(value.$text).every((part) => part.kind === 'words')) return value.$text;
  return undefined;
}

/** Every formula inside a setting goes through `change`. */
export function mapFormulas(value: unknown, change: (formula: string) => string): unknown {
  if (isExpr(value)) return { $expr: change(value.$expr) };
  if (isText(value)) {
    const parts = textParts(value.$text);
    return { $text: parts.map((part) => (part.kind === 'words' ? part.text : `{{ ${change(part.text)} }}`)).join('') };
  }
  if (Array.isArray(value)) return value.map((one) => mapFormulas(one, change));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapFormulas(one, change)]));
  }
  return value;
}

/** Quoted text, or a name with the dot before it. */
const NAMED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(\.\s*)?[A-Za-z_][A-Za-z0-9_]*/g;

/** Names of steps in a formula take their new keys; strings and fields after a dot stay. */
export function renameNames(formula: string, names: ReadonlyMap<string, string>): string {
  return formula.replace(NAMED, (found: string, dot: string | undefined) =>
    dot === undefined ? (names.get(found) ?? found) : found,
  );
}

/** The names in the formulas of a setting: of steps, but also of functions and loop variables. */
export function namesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  mapFormulas(value, (formula) => {
    for (const [name, dot] of formula.matchAll(NAMED)) if (dot === undefined) found.add(name);
    return formula;
  });
  return found;
}

/** `extract.total.value` where a formula names such a step, as far as fields follow each other; calls are no fields. */
export function mapPaths(formula: string, heads: ReadonlySet<string>, change: (path: string[]) => string): string {
  const places =
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(\.\s*)?([A-Za-z_][A-Za-z0-9_]*)((?:\.[A-Za-z_][A-Za-z0-9_]*)*)(?=(\s*\()?)/g;
  return formula.replace(places, (found: string, dot?: string, head?: string, rest?: string, call?: string) => {
    if (dot !== undefined || head === undefined || !heads.has(head)) return found;
    const fields = rest ? rest.slice(1).split('.') : [];
    const called = call === undefined ? undefined : fields.pop();
    return change([head, ...fields]) + (called === undefined ? '' : `.${called}`);
  });
}

export type Preview = { known: true; value: unknown } | { known: false };

const UNKNOWN: Preview = { known: false };

/** What a setting gives with these values, for formulas that are plain paths; anything computed is not known here. */
export function previewOf(value: unknown, values: Readonly<Record<string, unknown>>): Preview {
  if (isExpr(value)) return previewFormula(value.$expr, values);
  if (!isText(value)) return { known: true, value };
  let words = '';
  for (const part of textParts(value.$text)) {
    if (part.kind === 'words') {
      words += part.text;
      continue;
    }
    const hole = previewFormula(part.text, values);
    if (!hole.known) return UNKNOWN;
    words += shownInText(hole.value);
  }
  return { known: true, value: words };
}

/** A value as the engine writes it into a text. */
function shownInText(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function previewFormula(formula: string, values: Readonly<Record<string, unknown>>): Preview {
  const path = formulaPath(formula);
  const value = path ? valueAt(values, path) : undefined;
  return value === undefined ? UNKNOWN : { known: true, value };
}

/** What stands at a path; `undefined` when there is nothing. */
export function valueAt(value: unknown, path: Path): unknown {
  let here: unknown = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !(step in here)) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}
