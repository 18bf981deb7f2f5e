/** The functions of formulas that people are offered; the engine knows a few more of CEL's own. */
import type { Shape } from './mapping';

interface FormulaFunction {
  name: string;
  /** How it is written. */
  call: string;
  /** Written behind a value of this shape, with a dot; the others stand before their brackets. */
  behind?: Shape;
}

export const FUNCTIONS = [
  { name: 'count', call: 'count(list)' },
  { name: 'has', call: 'has(step.field)' },
  { name: 'string', call: 'string(value)' },
  { name: 'double', call: 'double(text)' },
  { name: 'int', call: 'int(number)' },
  { name: 'mod', call: 'mod(number, by)' },
  { name: 'timestamp', call: 'timestamp(text)' },
  { name: 'duration', call: 'duration("24h")' },
  { name: 'map', call: 'list.map(one, one.field)', behind: 'list' },
  { name: 'filter', call: 'list.filter(one, one.field > 0)', behind: 'list' },
  { name: 'exists', call: 'list.exists(one, one.field == "x")', behind: 'list' },
  { name: 'all', call: 'list.all(one, one.field > 0)', behind: 'list' },
  { name: 'join', call: 'list.join(", ")', behind: 'list' },
  { name: 'contains', call: 'text.contains("x")', behind: 'text' },
  { name: 'startsWith', call: 'text.startsWith("x")', behind: 'text' },
  { name: 'endsWith', call: 'text.endsWith("x")', behind: 'text' },
  { name: 'matches', call: 'text.matches("[0-9]+")', behind: 'text' },
  { name: 'trim', call: 'text.trim()', behind: 'text' },
  { name: 'replace', call: 'text.replace("a", "b")', behind: 'text' },
  { name: 'split', call: 'text.split(",")', behind: 'text' },
  { name: 'substring', call: 'text.substring(0, 5)', behind: 'text' },
  { name: 'lowerAscii', call: 'text.lowerAscii()', behind: 'text' },
  { name: 'upperAscii', call: 'text.upperAscii()', behind: 'text' },
] as const satisfies readonly FormulaFunction[];
