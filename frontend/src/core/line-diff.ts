/** What two texts differ in, line by line. */

export type LineMark = 'same' | 'added' | 'removed';

export interface DiffLine {
  mark: LineMark;
  text: string;
}

/** Lines that are compared with each other; longer texts are told as a whole. */
const MOST_LINES = 2_000;

/** The lines of both texts in order; what was removed stands before what was added in its place. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = before.split('\n');
  const next = after.split('\n');
  if (old.length > MOST_LINES || next.length > MOST_LINES) {
    return [...old.map((text) => line('removed', text)), ...next.map((text) => line('added', text))];
  }
  const lengths = commonLengths(old, next);
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < next.length) {
    const [left, right] = [old[row], next[column]];
    if (left !== undefined && left === right) {
      lines.push(line('same', left));
      row += 1;
      column += 1;
    } else if (left !== undefined && at(lengths, row + 1, column) >= at(lengths, row, column + 1)) {
      lines.push(line('removed', left));
      row += 1;
    } else {
      lines.push(line('added', right ?? ''));
      column += 1;
    }
  }
  return lines;
}

function line(mark: LineMark, text: string): DiffLine {
  return { mark, text };
}

/** How many lines the rests of both texts have in common, from each pair of places on. */
function commonLengths(old: readonly string[], next: readonly string[]): Uint16Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(next.length + 1));
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = next.length - 1; column >= 0; column -= 1) {
      const here = lengths[row] as Uint16Array;
      here[column] =
        old[row] === next[column]
          ? at(lengths, row + 1, column + 1) + 1
          : Math.max(at(lengths, row + 1, column), at(lengths, row, column + 1));
    }
  }
  return lengths;
}

function at(lengths: readonly Uint16Array[], row: number, column: number): number {
  return lengths[row]?.[column] ?? -1;
}

/** Long stretches without a change as their number; a few lines around each change stay. */
export function folded(lines: readonly DiffLine[], around = 3): (DiffLine | { skipped: number })[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ mark }) => mark !== 'same'),
  );
  const shown: (DiffLine | { skipped: number })[] = [];
  for (const [index, one] of lines.entries()) {
    const last = shown.at(-1);
    if (near[index]) shown.push(one);
    else if (last && 'skipped' in last) last.skipped += 1;
    else shown.push({ skipped: 1 });
  }
  return shown;
}
