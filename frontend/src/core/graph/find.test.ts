import { find } from './find';
import { graph, NODE_TYPES, node } from './fixtures';

const flow = {
  ...graph(
    [
      node('late', 'work', { name: 'Pay', position: { x: 400, y: 0 }, note: 'Ask Ada about the limit' }),
      node('first', 'read', { name: 'Read invoice', config: { text: { $expr: 'trigger.limit' } } }),
      node('check', 'condition', { name: 'Too much?', config: { when: { $text: 'over {{ first.total }}' } } }),
    ],
    ['first>late'],
  ),
  notes: [{ id: 'n1', text: 'The limit is agreed', position: { x: 0, y: 0 }, size: null, colour: 'yellow' }],
};
const keys = (words: string) => find(flow, NODE_TYPES, words).map((hit) => (hit.kind === 'step' ? hit.key : hit.id));

// ux: 55
test('words are found in names, kinds, settings and notes, in reading order', () => {
  expect(keys('limit')).toEqual(['first', 'late', 'n1']);
  expect(keys('CONDITION')).toEqual(['check']);
  expect(keys('over')).toEqual(['check']);
  expect(keys('ada')).toEqual(['late']);
});

// ux: 55
test('nothing asked finds nothing', () => {
  expect([keys(''), keys('  '), keys('elsewhere')]).toEqual([[], [], []]);
});
