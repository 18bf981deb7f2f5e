import { graph, node } from '@/core/graph/fixtures';
import type { NodeRunState } from '@/core/run/overlay';
import { passedOn } from './passed-on';

const state = (status: NodeRunState['status'], ...ports: string[]): NodeRunState => ({
  status,
  count: 1,
  attempt: 1,
  ports,
});

const flow = graph(
  [node('check', 'condition'), node('a', 'work', { off: true }), node('b', 'work', { off: true }), node('c')],
  ['check.yes>a', 'a>b', 'b>c'],
);

test('a step that is switched off passes the run on, and so does the next one', () => {
  const states = { check: state('done', 'yes'), a: state('skipped'), b: state('skipped'), c: state('done', 'out') };
  expect(['a', 'b', 'c'].map((key) => passedOn(flow, states, key))).toEqual([true, true, false]);
});

test('on a way that was not taken nothing is passed on', () => {
  const states = { check: state('done', 'no'), a: state('skipped'), b: state('skipped') };
  expect(['a', 'b'].map((key) => passedOn(flow, states, key))).toEqual([false, false]);
});

test('before a run has come by, a step is only off', () => {
  expect(passedOn(flow, { check: state('running') }, 'a')).toBe(false);
});
