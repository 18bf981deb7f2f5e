/** Small graphs and node types for tests. */
import { type Config, defaultPolicy, type Graph, type GraphNode, type NodeTypeInfo, type NodeTypes } from './document';

const NO_SCHEMA = { type: 'object', properties: {} };

export function nodeType(key: string, more: Partial<NodeTypeInfo> = {}): NodeTypeInfo {
  return {
    key,
    version: 1,
    title: key,
    description: '',
    category: 'Data',
    icon: 'box',
    kind: 'step',
    ports: [{ key: 'out', label: '' }],
    dynamic_ports: false,
    config_schema: NO_SCHEMA,
    output_schema: null,
    effect: 'pure',
    ...more,
  };
}

export const NODE_TYPES: NodeTypes = new Map(
  [
    nodeType('start', { kind: 'start', output_schema: { type: 'object', properties: { file: { type: 'object' } } } }),
    nodeType('work', { output_schema: { type: 'object', properties: { text: { type: 'string' } } } }),
    nodeType('read', {
      config_schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    }),
    nodeType('condition', {
      ports: [
        { key: 'yes', label: 'Yes' },
        { key: 'no', label: 'No' },
      ],
    }),
    nodeType('switch', { ports: [{ key: 'otherwise', label: 'Otherwise' }], dynamic_ports: true }),
    nodeType('each', { kind: 'container' }),
  ].map((type) => [type.key, type]),
);

export function node(key: string, type = 'work', more: Partial<GraphNode> & { config?: Config } = {}): GraphNode {
  return {
    key,
    type,
    type_version: 1,
    name: key,
    config: {},
    policy: defaultPolicy(),
    join: 'all',
    join_count: null,
    cancel_rest: false,
    parent: null,
    position: { x: 0, y: 0 },
    size: null,
    off: false,
    note: '',
    ...more,
  };
}

/** `lines` are written `a>b` or `a.port>b`; `a~b` leads back. */
export function graph(nodes: GraphNode[], lines: string[] = []): Graph {
  return {
    schema: 'graph@1',
    nodes,
    notes: [],
    groups: [],
    edges: lines.map((line) => {
      const [from = '', target = ''] = line.split(/[>~]/);
      const [source = '', source_port = 'out'] = from.split('.');
      const feedback = line.includes('~') ? { when: null, max_rounds: 10 } : null;
      return { id: line, source, source_port, target, target_port: 'in', feedback };
    }),
  };
}

export function linesOf(of: Graph): string[] {
  return of.edges
    .map((edge) => {
      const port = edge.source_port === 'out' ? '' : `.${edge.source_port}`;
      return `${edge.source}${port}${edge.feedback ? '~' : '>'}${edge.target}`;
    })
    .sort();
}
