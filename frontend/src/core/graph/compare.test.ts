import { describe, expect, it } from 'vitest';
import { compareGraphs } from './compare';
import { EMPTY_GRAPH, type Graph, type GraphEdge } from './document';
import { node } from './fixtures';

const line = (source: string, target: string, more: Partial<GraphEdge> = {}): GraphEdge => ({
  id: `${source}-${target}`,
  source,
  target,
  source_port: 'out',
  target_port: 'in',
  feedback: null,
  ...more,
});

const graph = (more: Partial<Graph>): Graph => ({ ...EMPTY_GRAPH, ...more });

describe('comparing two documents', () => {
  it('finds nothing between a document and itself, whatever the order of its keys', () => {
    const before = graph({ nodes: [node('a', 'work', { config: { x: 1, y: { b: 1, a: 2 } } })] });
    const after = graph({ nodes: [node('a', 'work', { config: { y: { a: 2, b: 1 }, x: 1 } })] });
    expect(compareGraphs(before, after).changes).toEqual([]);
  });

  // ux: 135
  it('tells added, changed, removed and merely moved steps apart', () => {
    const before = graph({ nodes: [node('start', 'start'), node('gone'), node('kept'), node('pushed')] });
    const after = graph({
      nodes: [
        node('start', 'start'),
        node('kept', 'work', { position: { x: 12, y: 0 }, config: { text: 'new' } }),
        node('pushed', 'work', { position: { x: 24, y: 0 } }),
        node('fresh'),
      ],
    });
    expect(compareGraphs(before, after).steps).toEqual({
      gone: 'removed',
      kept: 'changed',
      pushed: 'moved',
      fresh: 'added',
    });
  });

  it('lists the settings of a changed step with both values, without where it stands', () => {
    const before = graph({ nodes: [node('a', 'work', { config: { to: 'ann', retry: { times: 1 } } })] });
    const after = graph({
      nodes: [
        node('a', 'work', {
          name: 'Renamed',
          position: { x: 12, y: 0 },
          config: { retry: { times: 3 }, body: { $text: 'Hi {{ a }}' } },
        }),
      ],
    });
    expect(compareGraphs(before, after).changes[0]?.differences).toEqual([
      { path: ['name'], before: 'a', after: 'Renamed' },
      { path: ['config', 'to'], before: 'ann', after: undefined },
      { path: ['config', 'retry', 'times'], before: 1, after: 3 },
      { path: ['config', 'body'], before: undefined, after: { $text: 'Hi {{ a }}' } },
    ]);
  });

  it('looks into lists whose entries have names, and shows other lists whole', () => {
    const fields = (amount: number) => [
      { name: 'amount', value: amount },
      { name: 'due', value: { $expr: 'now' } },
    ];
    const before = graph({ nodes: [node('a', 'work', { config: { fields: fields(1), list: [1, 2] } })] });
    const after = graph({ nodes: [node('a', 'work', { config: { fields: fields(2), list: [1, 3] } })] });
    expect(compareGraphs(before, after).changes[0]?.differences).toEqual([
      { path: ['config', 'fields', 'amount', 'value'], before: 1, after: 2 },
      { path: ['config', 'list'], before: [1, 2], after: [1, 3] },
    ]);
  });

  it('takes a line for the same while it joins the same ends', () => {
    const nodes = [node('a'), node('b'), node('c')];
    const before = graph({ nodes, edges: [line('a', 'b', { id: '1' }), line('b', 'c', { id: '2' })] });
    const after = graph({ nodes, edges: [line('a', 'b', { id: '9' }), line('a', 'c', { id: '2' })] });
    const found = compareGraphs(before, after);
    expect(found.changes.map(({ part, mark }) => [part, mark])).toEqual([
      ['line', 'added'],
      ['line', 'removed'],
    ]);
    expect(found.both.edges.map((edge) => [edge.source, edge.target, found.lines[edge.id] ?? ''])).toEqual([
      ['a', 'b', ''],
      ['a', 'c', 'added'],
      ['b', 'c', 'removed'],
    ]);
  });

  it('keeps what was removed in the picture, outside of a frame that went with it', () => {
    const before = graph({
      nodes: [node('each', 'each'), node('inner', 'work', { parent: 'each' })],
      notes: [{ id: 'n', text: 'Old', position: { x: 0, y: 0 }, size: null, colour: 'yellow' }],
    });
    const found = compareGraphs(before, graph({ nodes: [node('inner', 'work')] }));
    expect(found.both.nodes.map(({ key, parent }) => [key, parent])).toEqual([
      ['inner', null],
      ['each', null],
    ]);
    expect(found.changes.map(({ part, mark, id }) => [part, mark, id])).toEqual([
      ['step', 'removed', 'each'],
      ['step', 'changed', 'inner'],
      ['note', 'removed', 'n'],
    ]);
  });
});
