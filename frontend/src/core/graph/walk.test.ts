import { graph, node } from './fixtures';
import { neighbourOf } from './walk';

const at = (key: string, x: number, y: number) => node(key, 'work', { position: { x, y } });
const flow = graph([at('a', 0, 0), at('b', 348, 0), at('low', 348, 240), at('far', 696, 60)]);

// ux: 43
test('an arrow leads to the nearest step in its direction and keeps to its row', () => {
  expect(neighbourOf(flow, 'a', 'right')).toBe('b');
  expect(neighbourOf(flow, 'b', 'right')).toBe('far');
  expect(neighbourOf(flow, 'b', 'down')).toBe('low');
  expect(neighbourOf(flow, 'low', 'up')).toBe('b');
  expect(neighbourOf(flow, 'far', 'left')).toBe('b');
});

// ux: 43
test('where nothing stands the arrow leads nowhere, and the first arrow of all to the first step', () => {
  expect(neighbourOf(flow, 'a', 'left')).toBeNull();
  expect(neighbourOf(flow, undefined, 'down')).toBe('a');
  expect(neighbourOf(graph([]), undefined, 'down')).toBeNull();
});
