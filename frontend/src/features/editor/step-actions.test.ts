import type { TFunction } from 'i18next';
import type { NodeTypeInfo } from '@/core/graph/document';
import { graph, linesOf, NODE_TYPES, node } from '@/core/graph/fixtures';
import { createEditorStore, graphOf } from './editor-store';
import { createStepActions } from './step-actions';

const words = ((key: string) => key) as unknown as TFunction;
const typeOf = (key: string) => NODE_TYPES.get(key) as NodeTypeInfo;

function open(nodes: ReturnType<typeof node>[], lines: string[] = []) {
  const store = createEditorStore(graph(nodes, lines), []);
  const now = () => graphOf(store.getState());
  return { store, now, steps: createStepActions(store, NODE_TYPES, words, () => []) };
}

const row = [
  node('start', 'start'),
  node('check', 'condition', { position: { x: 348, y: 0 } }),
  node('end', 'work', { position: { x: 696, y: 0 } }),
];

// ux: 30
test('with nothing chosen a new step stands loose, with one chosen it follows it', () => {
  const { store, steps, now } = open(row, ['start>check', 'check.yes>end']);
  steps.add(typeOf('work'), { kind: 'loose' });
  expect(linesOf(now())).toEqual(['check.yes>end', 'start>check']);
  store.actions.select(['check']);
  steps.add(typeOf('work'), { kind: 'loose' });
  expect(linesOf(now())).toContain('check.no>work_2');
});

// ux: 29
test('a line let go over empty space begins the new step there, from either end', () => {
  const { steps, now } = open(row);
  steps.add(typeOf('work'), { kind: 'after', from: { node: 'check', port: 'no' }, at: { x: 720, y: 300 } });
  steps.add(typeOf('work'), { kind: 'before', to: { node: 'end', port: 'in' }, at: { x: 600, y: 600 } });
  expect(linesOf(now())).toEqual(['check.no>work', 'work_2>end']);
  expect(
    now()
      .nodes.slice(-2)
      .map((one) => one.position),
  ).toEqual([
    { x: 720, y: 264 },
    { x: 360, y: 564 },
  ]);
});

// ux: 29
test('a step that does not fit the place it is asked for stands there loose', () => {
  const { steps, now } = open(row);
  steps.add(typeOf('start'), { kind: 'after', from: { node: 'check', port: 'no' }, at: { x: 720, y: 300 } });
  expect(now().nodes.at(-1)?.position).toEqual({ x: 720, y: 300 });
  expect(now().edges).toEqual([]);
});

// ux: 42, 43
test('deleting what a box has chosen heals the gap, although the lines were in the box too', () => {
  const { steps, now } = open(row, ['start>check', 'check.yes>end']);
  steps.remove({ steps: ['check'], lines: ['start>check', 'check.yes>end'], notes: [] });
  expect(linesOf(now())).toEqual(['start>end']);
});
