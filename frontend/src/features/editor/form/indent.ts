export interface Selected {
  text: string;
  from: number;
  to: number;
}

const STEP = '    ';

/** What Tab does to code: puts four blanks in, or moves all chosen lines; `out` moves them back. */
export function indent({ text, from, to }: Selected, out: boolean): Selected {
  if (!out && from === to) {
    return { text: text.slice(0, from) + STEP + text.slice(to), from: from + STEP.length, to: from + STEP.length };
  }
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const lines = text.slice(start, to).split('\n');
  const moved = lines.map((line) => (out ? line.replace(/^ {1,4}|^\t/, '') : STEP + line));
  const first = (moved[0] as string).length - (lines[0] as string).length;
  const body = moved.join('\n');
  return {
    text: text.slice(0, start) + body + text.slice(to),
    from: Math.max(start, from + first),
    to: start + body.length,
  };
}
