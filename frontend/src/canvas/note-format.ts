/** The few signs of Markdown that notes are written with. */

export type NoteFormat = 'bold' | 'italic' | 'heading' | 'list';

export interface Written {
  text: string;
  from: number;
  to: number;
}

const AROUND = { bold: '**', italic: '_' } as const;
const BEFORE = { heading: '## ', list: '- ' } as const;

/** Puts the signs round the chosen words, or before the chosen lines; where they stand already, takes them away. */
export function format({ text, from, to }: Written, how: NoteFormat): Written {
  return how === 'bold' || how === 'italic'
    ? wrap({ text, from, to }, AROUND[how])
    : begin({ text, from, to }, BEFORE[how]);
}

function wrap({ text, from, to }: Written, sign: string): Written {
  const size = sign.length;
  const inside = text.slice(from, to);
  if (text.slice(from - size, from) === sign && text.slice(to, to + size) === sign) {
    return { text: text.slice(0, from - size) + inside + text.slice(to + size), from: from - size, to: to - size };
  }
  return { text: text.slice(0, from) + sign + inside + sign + text.slice(to), from: from + size, to: to + size };
}

function begin({ text, from, to }: Written, sign: string): Written {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const next = text.indexOf('\n', to);
  const end = next < 0 ? text.length : next;
  const lines = text.slice(start, end).split('\n');
  const off = lines.every((line) => line.startsWith(sign));
  const changed = lines.map((line) => (off ? line.slice(sign.length) : sign + line)).join('\n');
  const by = off ? -sign.length : sign.length;
  return {
    text: text.slice(0, start) + changed + text.slice(end),
    from: Math.max(start, from + by),
    to: to + by * lines.length,
  };
}
