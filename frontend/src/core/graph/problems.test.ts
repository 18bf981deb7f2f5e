import type { Problem } from './document';
import { graph, node } from './fixtures';
import { groupProblems } from './problems';

const at = (key: string | null, field: string): Problem => ({ code: 'required', message: 'Missing', node: key, field });

// ux: 57
test('problems stand in the order in which the workflow is read, those of the whole first', () => {
  const flow = graph(
    [
      node('late', 'work', { position: { x: 400, y: 0 } }),
      node('first'),
      node('other', 'work', { position: { x: 0, y: 200 } }),
    ],
    ['first>late'],
  );
  const found = [
    at('late', 'text'),
    at('other', 'text'),
    at('first', 'b'),
    at('first', 'a'),
    at(null, ''),
    at('gone', ''),
  ];
  const groups = groupProblems(flow, found);
  expect(groups.map((group) => [group.node, group.problems.length])).toEqual([
    [null, 2],
    ['first', 2],
    ['other', 1],
    ['late', 1],
  ]);
});
