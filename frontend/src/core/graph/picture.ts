/** A workflow as a drawing that can leave the house: names and lines, and no settings. */
import {
  CARD,
  FRAME,
  type Graph,
  type GraphEdge,
  type GraphNode,
  type GraphNote,
  type NodeTypes,
  nameOf,
  type Position,
  type Size,
} from './document';
import { absolutePosition } from './frames';
import { cardHeight, placeOf, portsIn } from './ports';

const MARGIN = 48;
const HEAD = 44;
const FONT = 'system-ui, -apple-system, Segoe UI, Roboto, sans-serif';
const INK = { text: '#171a21', quiet: '#5b6472', line: '#8a94a3', border: '#c9cfd8', card: '#ffffff', page: '#f7f8fa' };
const NOTES: Record<string, string> = {
  yellow: '#fff4c2',
  blue: '#dfeafd',
  green: '#dcf3e2',
  pink: '#fde2ec',
  violet: '#e9e0fb',
  grey: '#eceef1',
};
const NOTE_SIZE: Size = { width: 240, height: 132 };
const LETTERS = { title: 26, note: 5.8 };

interface Box extends Position, Size {}

/** The picture as SVG, with a title above it; every text is escaped. */
export function graphPicture(graph: Graph, nodeTypes: NodeTypes, title: string): { svg: string } & Size {
  const boxes = new Map(
    graph.nodes.map((node): [string, Box] => [
      node.key,
      { ...absolutePosition(graph, node), ...sizeIn(graph, node, nodeTypes) },
    ]),
  );
  const notes = graph.notes.map((note): [GraphNote, Box] => [note, { ...note.position, ...(note.size ?? NOTE_SIZE) }]);
  const all = [...boxes.values(), ...notes.map(([, box]) => box)];
  const left = Math.min(0, ...all.map((box) => box.x)) - MARGIN;
  const top = Math.min(0, ...all.map((box) => box.y)) - MARGIN - HEAD;
  const right = Math.max(0, ...all.map((box) => box.x + box.width)) + MARGIN;
  const bottom = Math.max(0, ...all.map((box) => box.y + box.height)) + MARGIN;
  const size = { width: right - left, height: bottom - top };
  const frames = graph.nodes.filter((node) => nodeTypes.get(node.type)?.kind === 'container');
  const cards = graph.nodes.filter((node) => nodeTypes.get(node.type)?.kind !== 'container');
  const parts = [
    rect({ x: left, y: top, ...size }, INK.page, 'none', 0),
    text(left + MARGIN, top + MARGIN, title, 20, INK.text, 600),
    ...notes.flatMap(([note, box]) => drawNote(note, box)),
    ...frames.flatMap((node) => drawFrame(node, boxes, nodeTypes)),
    ...graph.edges.flatMap((edge) => drawLine(graph, edge, boxes, nodeTypes)),
    ...cards.flatMap((node) => drawCard(node, boxes, nodeTypes)),
  ];
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"`,
    ` viewBox="${left} ${top} ${size.width} ${size.height}" font-family="${FONT}">`,
    `<title>${escaped(title)}</title>${parts.join('')}</svg>`,
  ].join('');
  return { svg, ...size };
}

function sizeIn(graph: Graph, node: GraphNode, nodeTypes: NodeTypes): Size {
  const type = nodeTypes.get(node.type);
  if (type?.kind === 'container') return node.size ?? FRAME;
  return { width: CARD.width, height: cardHeight(portsIn(graph, node, type).length) };
}

function drawNote(note: GraphNote, box: Box): string[] {
  const wide = Math.max(8, Math.floor((box.width - 24) / LETTERS.note));
  const lines = note.text.split('\n').flatMap((line) => wrapped(line, wide));
  const room = Math.max(1, Math.floor((box.height - 20) / 17));
  return [
    rect(box, NOTES[note.colour] ?? (NOTES.yellow as string), 'none', 10),
    ...lines.slice(0, room).map((line, index) => text(box.x + 12, box.y + 24 + index * 17, line, 12, INK.text)),
  ];
}

function drawFrame(node: GraphNode, boxes: ReadonlyMap<string, Box>, nodeTypes: NodeTypes): string[] {
  const box = boxes.get(node.key);
  if (!box) return [];
  return [
    rect(box, '#ffffff80', INK.line, 14),
    text(box.x + 16, box.y + 28, short(nameOf(node, nodeTypes), 60), 14, INK.text, 600),
  ];
}

function drawCard(node: GraphNode, boxes: ReadonlyMap<string, Box>, nodeTypes: NodeTypes): string[] {
  const box = boxes.get(node.key);
  if (!box) return [];
  const type = nodeTypes.get(node.type);
  const middle = box.y + box.height / 2;
  const round = type?.kind === 'start' ? 36 : 12;
  return [
    rect(box, INK.card, INK.border, round, node.off ? ' stroke-dasharray="5 4"' : ''),
    text(box.x + 20, middle - 3, short(nameOf(node, nodeTypes), LETTERS.title), 14, INK.text, 600),
    text(box.x + 20, middle + 15, short(type?.title ?? node.type, LETTERS.title + 6), 12, INK.quiet),
  ];
}

function drawLine(graph: Graph, edge: GraphEdge, boxes: ReadonlyMap<string, Box>, nodeTypes: NodeTypes): string[] {
  const [from, to] = [boxes.get(edge.source), boxes.get(edge.target)];
  const source = graph.nodes.find((node) => node.key === edge.source);
  if (!from || !to || !source) return [];
  const ports = portsIn(graph, source, nodeTypes.get(source.type));
  const index = Math.max(
    ports.findIndex((port) => port.key === edge.source_port),
    0,
  );
  const start = { x: from.x + from.width, y: from.y + from.height * (ports.length > 0 ? placeOf(ports, index) : 0.5) };
  const end = { x: to.x, y: to.y + to.height / 2 };
  const bend = Math.max(40, Math.abs(end.x - start.x) / 2);
  const curve = `M${start.x} ${start.y} C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`;
  const label = ports[index]?.label ?? '';
  const dash = edge.feedback ? ' stroke-dasharray="6 5"' : '';
  return [
    `<path d="${curve}" fill="none" stroke="${INK.line}" stroke-width="2"${dash}/>`,
    `<circle cx="${end.x}" cy="${end.y}" r="4" fill="${INK.line}"/>`,
    ...(label ? [text(start.x + 10, start.y - 6, short(label, 24), 12, INK.quiet)] : []),
  ];
}

function rect({ x, y, width, height }: Box, fill: string, stroke: string, radius: number, more = ''): string {
  const shape = `x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"`;
  return `<rect ${shape} fill="${fill}" stroke="${stroke}" stroke-width="1.5"${more}/>`;
}

function text(x: number, y: number, words: string, size: number, fill: string, weight = 400): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escaped(words)}</text>`;
}

function short(words: string, most: number): string {
  return words.length > most ? `${words.slice(0, most - 1).trimEnd()}…` : words;
}

function wrapped(line: string, most: number): string[] {
  const lines: string[] = [];
  let rest = '';
  for (const word of line.split(' ')) {
    const next = rest ? `${rest} ${word}` : word;
    if (next.length > most && rest) {
      lines.push(rest);
      rest = word;
    } else rest = next;
  }
  return [...lines, rest];
}

// Characters that no XML may hold are left out.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

function escaped(words: string): string {
  return words
    .replace(FORBIDDEN, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
