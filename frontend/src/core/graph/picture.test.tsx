import { expect, it } from 'vitest';
import { EMPTY_GRAPH, type Graph } from './document';
import { NODE_TYPES, node } from './fixtures';
import { graphPicture } from './picture';

const graph: Graph = {
  ...EMPTY_GRAPH,
  nodes: [
    node('start', 'start', { name: 'Begin' }),
    node('decide', 'condition', {
      name: 'A <b> & "c"\u0000',
      position: { x: 348, y: 0 },
      config: { password: 's3cr3t-ABC' },
    }),
  ],
  edges: [
    { id: '1', source: 'start', target: 'decide', source_port: 'out', target_port: 'in', feedback: null },
    { id: '2', source: 'decide', target: 'gone', source_port: 'yes', target_port: 'in', feedback: null },
  ],
  notes: [{ id: 'n', text: 'Read this first', position: { x: 0, y: -200 }, size: null, colour: 'yellow' }],
};

// ux: 162
it('draws names, lines and notes, and no settings', () => {
  const { svg, width, height } = graphPicture(graph, NODE_TYPES, 'My <flow>');
  const read = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(read.querySelector('parsererror')).toBeNull();
  const words = [...read.querySelectorAll('text')].map((one) => one.textContent);
  expect(words).toEqual(expect.arrayContaining(['My <flow>', 'Begin', 'A <b> & "c"', 'Read this first']));
  expect(read.querySelectorAll('path')).toHaveLength(1);
  expect(svg).not.toContain('s3cr3t-ABC');
  expect(width).toBeGreaterThan(588);
  expect(height).toBeGreaterThan(272);
});

it('draws an empty workflow without stretching to infinity', () => {
  const { width, height } = graphPicture(EMPTY_GRAPH, NODE_TYPES, 'Empty');
  expect([width, height]).toEqual([96, 140]);
});
